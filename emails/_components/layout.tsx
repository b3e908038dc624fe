import type { ReactNode } from 'react'
import { Body, Container, Head, Heading, Html, Section, Text } from 'react-email'
import { OutlookWidth } from './outlook-width'
import type { MailTexts } from './texts'
import { darkMode, font, light, width } from './theme'

type Props = {
  mail: { t: MailTexts; name?: string; organisation: string; support: string | null }
  /** Also the prefix of the mail's texts: `activation.title`, `activation.preview`, `activation.why`. */
  kind: string
  children: ReactNode
}

/** What all mails share: whose it is, a heading, the greeting, and why the reader gets it. */
export function Layout({ mail: { t, name, organisation, support }, kind, children }: Props) {
  return (
    <Html lang={t.locale} dir="ltr">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{t(`${kind}.title`)}</title>
        <style>{darkMode}</style>
      </Head>
      <Body lang={t.locale} className="canvas" style={body}>
        {/* Shown by inboxes beside the subject; not the library's own, which adds 1.5 kB of blanks and a second title. */}
        <div style={preview} data-skip-in-text="true">
          {t(`${kind}.preview`)}
        </div>
        <OutlookWidth>
          <Container style={page}>
            <Text className="ink" style={brand}>
              {t('brand', { organisation: t.unlinked(organisation) })}
            </Text>
            <Section className="surface" style={card}>
              <Heading as="h1" className="ink" style={heading}>
                {t(`${kind}.title`)}
              </Heading>
              {name !== undefined && <Paragraph>{greeting(t, name)}</Paragraph>}
              {children}
            </Section>
            <Text className="muted" style={footer}>
              {t(`${kind}.why`)}
            </Text>
            {support && (
              <Text className="muted" style={footer}>
                {t('support', { address: support })}
              </Text>
            )}
          </Container>
        </OutlookWidth>
      </Body>
    </Html>
  )
}

const greeting = (t: MailTexts, name: string) =>
  name.trim() ? t('greeting', { name: t.unlinked(name) }) : t('greetingWithoutName')

/** One paragraph of a mail; the quiet ones carry what only some readers need. */
export function Paragraph({ children, quiet }: { children: ReactNode; quiet?: boolean }) {
  return (
    <Text
      className={quiet ? 'muted' : 'ink'}
      style={quiet ? { ...paragraph, color: light.muted } : paragraph}
    >
      {children}
    </Text>
  )
}

const body = { margin: 0, padding: '24px 12px', backgroundColor: light.canvas, fontFamily: font }
const preview = {
  display: 'none',
  overflow: 'hidden',
  maxHeight: 0,
  maxWidth: 0,
  opacity: 0,
  lineHeight: '1px',
}
const page = { width: '100%', maxWidth: `${width}px`, margin: '0 auto' }
// A name of 200 characters without a space must not widen the card.
const wrap = { wordBreak: 'break-word', overflowWrap: 'anywhere' } as const
const brand = { margin: '0 0 16px', fontSize: '15px', fontWeight: 600, color: light.ink }
const card = {
  width: '100%',
  tableLayout: 'fixed' as const,
  padding: '28px 24px 12px',
  backgroundColor: light.surface,
  border: `1px solid ${light.line}`,
  borderRadius: '10px',
}
const heading = {
  ...wrap,
  margin: '0 0 16px',
  fontSize: '22px',
  lineHeight: '28px',
  fontWeight: 600,
  color: light.ink,
}
const paragraph = { ...wrap, margin: '0 0 16px', fontSize: '16px', lineHeight: '24px', color: light.ink }
const footer = { ...wrap, margin: '16px 0 0', fontSize: '13px', lineHeight: '20px', color: light.muted }
