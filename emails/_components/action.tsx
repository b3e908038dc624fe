import { Button, Link, Text } from 'react-email'
import type { MailTexts } from './texts'
import { accent, light } from './theme'

/**
 * The one thing to do: a button, and below it the bare link, to be pressed too, for readers whose client shows no button or
 * who open it on another device. The text part has no button, so only the bare link is in it.
 */
export function Action({ t, label, link }: { t: MailTexts; label: string; link: string }) {
  return (
    <>
      <Button href={link} className="button" style={button} data-skip-in-text="true">
        {label}
      </Button>
      <Text className="muted" style={{ ...small, margin: '20px 0 4px' }} data-skip-in-text="true">
        {t('bareLink')}
      </Text>
      <Text className="muted" style={{ ...small, margin: '0 0 16px', wordBreak: 'break-all' }}>
        <Link href={link} className="muted" style={bare}>
          {link}
        </Link>
      </Text>
    </>
  )
}

const button = {
  padding: '12px 20px',
  borderRadius: '6px',
  backgroundColor: accent.fill,
  color: accent.text,
  fontSize: '16px',
  lineHeight: '20px',
  fontWeight: 600,
  textDecoration: 'none',
}
const small = {
  fontSize: '13px',
  lineHeight: '20px',
  color: light.muted,
}
const bare = { color: accent.link, textDecoration: 'underline' }
