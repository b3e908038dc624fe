import type { MailTexts } from './texts'

type Props = { mail: { t: MailTexts; expiresAt: string; validFor: string } }

/** For how long a link works: in words, and until which moment. */
export function LinkEnds({ mail: { t, expiresAt, validFor } }: Props) {
  return t('linkEnds', { span: t.span(validFor), moment: t.moment(expiresAt) })
}
