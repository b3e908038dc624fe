import { Text } from 'react-email'
import type { MailTexts } from './texts'
import { light } from './theme'

type Props = { mail: { t: MailTexts; code: string; codeUrl: string } }

/** The code beside a link, for readers who sit before another device, or whose mails have their links rewritten. */
export function Code({ mail: { t, code, codeUrl } }: Props) {
  return (
    <>
      <Text className="muted" style={small}>
        {t('code', { url: codeUrl })}
      </Text>
      <Text className="ink" style={signs}>
        {code}
      </Text>
    </>
  )
}

const small = {
  fontSize: '13px',
  lineHeight: '20px',
  color: light.muted,
  margin: '0 0 4px',
  wordBreak: 'break-word' as const,
}
const signs = {
  fontFamily: 'Consolas, Menlo, monospace',
  fontSize: '18px',
  lineHeight: '26px',
  color: light.ink,
  margin: '0 0 16px',
}
