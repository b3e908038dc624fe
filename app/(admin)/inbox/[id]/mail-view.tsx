import { getTranslations } from 'next-intl/server'
import type { readInboxMail } from '@/domain/inbox/inbox'
import { LinkedText } from './linked-text'

export const views = ['html', 'text', 'source', 'headers'] as const
export type View = (typeof views)[number]

type Props = { mail: Awaited<ReturnType<typeof readInboxMail>>; view: View }

const sheet = 'rounded-lg border border-line bg-surface p-5'
const preformatted = 'whitespace-pre-wrap wrap-anywhere'

/** One of the four ways to look at a mail. */
export async function MailView({ mail, view }: Props) {
  const t = await getTranslations('inbox')
  switch (view) {
    case 'html':
      return mail.html ? (
        // Without scripts, without forms and of no origin: a mail is somebody else's page. Mails are made for white paper.
        <iframe
          title={t('htmlTitle')}
          src={`/inbox/${mail.id}/html`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          className="h-[70dvh] min-h-96 w-full rounded-lg border border-line bg-[#fff] scheme-light"
        />
      ) : (
        <p className="text-muted">{t('noHtml')}</p>
      )
    case 'text':
      return mail.text ? (
        <pre className={`${sheet} ${preformatted} font-mono`}>
          <LinkedText text={mail.text} />
        </pre>
      ) : (
        <p className="text-muted">{t('noText')}</p>
      )
    case 'source':
      return <pre className={`${sheet} ${preformatted} font-mono text-xs`}>{mail.source}</pre>
    case 'headers':
      return (
        <pre className={`${sheet} ${preformatted} font-mono text-xs`}>
          {mail.headers.map(({ name, value }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a header may stand there twice, and never moves
            <span key={index} className="block">
              <span className="text-muted">{name}:</span> {value}
            </span>
          ))}
        </pre>
      )
  }
}
