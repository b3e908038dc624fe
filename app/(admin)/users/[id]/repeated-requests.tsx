import { getLocale, getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { TextLink } from '@/components/text-link'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { RepeatedRequest } from '@/domain/accounts/recent-mail'

/** Requests that brought no mail of their own: why there are fewer mails than somebody asked for. */
export async function RepeatedRequests({ requests }: { requests: RepeatedRequest[] }) {
  if (requests.length === 0) return null
  const t = await getTranslations('users')
  const locale = await getLocale()
  const now = new Date()
  return (
    <section aria-labelledby="requests" className="space-y-3">
      <h2 id="requests" className="font-medium text-base">
        {t('requests.title')}
      </h2>
      <Timeline label={t('requests.title')}>
        {requests.map(({ at, count, what, by, from, mailId }) => (
          <TimelineEntry
            key={`${what} ${at.getTime()} ${mailId}`}
            tone={what === 'limited' ? 'warning' : undefined}
            title={t(`requests.${what}`, { by: by ?? 'none', from: from || 'none', count })}
            time={<RelativeTime date={at} now={now} locale={locale} />}
          >
            {mailId && <TextLink href={`/outbox/${mailId}`}>{t('requests.toMail')}</TextLink>}
          </TimelineEntry>
        ))}
      </Timeline>
    </section>
  )
}
