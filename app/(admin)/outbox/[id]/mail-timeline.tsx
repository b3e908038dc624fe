import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Timeline } from '@/components/timeline'
import type { readMail } from '@/domain/mail-log/mail'
import { storyOf } from '@/domain/mail-log/mail-story'
import { waiting } from '@/domain/outbox/states'
import { AttemptEntry } from './attempt-entry'
import { MailEvent } from './mail-event'
import { MailWait } from './mail-wait'

/** The life of a mail, newest below: who wanted it, each attempt, what became of its link, and where it stands. */
export async function MailTimeline({ mail }: { mail: Awaited<ReturnType<typeof readMail>> }) {
  const t = await getTranslations('outbox')
  const locale = await getLocale()
  const now = new Date()
  return (
    <Timeline label={t('timeline')}>
      {storyOf(mail).map((entry, place) =>
        entry.what === 'attempt' ? (
          <AttemptEntry
            key={`attempt ${entry.attempt.number}`}
            attempt={entry.attempt}
            test={mail.kind === 'test'}
            now={now}
            locale={locale}
          />
        ) : (
          <MailEvent
            // biome-ignore lint/suspicious/noArrayIndexKey: what happened stays where it is
            key={`${entry.what} ${place}`}
            entry={entry}
            mail={mail}
            now={now}
            locale={locale}
          />
        ),
      )}
      {waiting.includes(mail.state) && <MailWait viewer={await requireViewer()} mail={mail} />}
    </Timeline>
  )
}
