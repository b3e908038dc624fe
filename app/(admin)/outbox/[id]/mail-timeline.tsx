import { getLocale, getTranslations } from 'next-intl/server'
import { Timeline } from '@/components/timeline'
import type { readMail } from '@/domain/mail-log/mail'
import { storyOf } from '@/domain/mail-log/mail-story'
import { waiting } from '@/domain/outbox/states'
import type { Viewer } from '@/domain/viewer'
import { AlikeAttempts } from './alike-attempts'
import { AttemptEntry } from './attempt-entry'
import { MailEvent } from './mail-event'
import { MailWait } from './mail-wait'

type Props = {
  viewer: Viewer
  mail: Awaited<ReturnType<typeof readMail>>
  /** The number of the attempt that is shown with all its steps */
  detailed?: number
}

/** The life of a mail, newest below: who wanted it, each attempt, what became of its link, and where it stands. */
export async function MailTimeline({ viewer, mail, detailed }: Props) {
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
            detailsFor={entry.attempt.number === detailed ? viewer : null}
            now={now}
            locale={locale}
          />
        ) : entry.what === 'alike' ? (
          <AlikeAttempts
            key={`alike ${entry.attempts[0]?.number}`}
            attempts={entry.attempts}
            test={mail.kind === 'test'}
            detailed={detailed}
            viewer={viewer}
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
      {waiting.includes(mail.state) && <MailWait viewer={viewer} mail={mail} />}
    </Timeline>
  )
}
