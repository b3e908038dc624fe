import { getLocale, getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { readMail } from '@/domain/outbox/outbox'
import { AttemptEntry } from './attempt-entry'
import { MailEnd } from './mail-end'

/** The life of a mail, newest below: who wanted it, each attempt, and where it stands. */
export async function MailTimeline({ mail }: { mail: Awaited<ReturnType<typeof readMail>> }) {
  const t = await getTranslations('outbox')
  const locale = await getLocale()
  const now = new Date()
  const { requestedBy, requestedFrom } = mail
  return (
    <Timeline label={t('timeline')}>
      <TimelineEntry
        title={t('requested', { by: requestedBy ?? 'none', from: requestedFrom || 'none' })}
        time={<RelativeTime date={mail.createdAt} now={now} locale={locale} />}
      />
      {mail.deliveryAttempts.map(attempt => (
        <AttemptEntry key={attempt.number} attempt={attempt} now={now} locale={locale} />
      ))}
      <MailEnd mail={mail} now={now} locale={locale} />
    </Timeline>
  )
}
