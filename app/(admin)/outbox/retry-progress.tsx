import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import type { RetryProgress as Run } from '@/domain/mail-log/retry-run'
import { now } from '@/lib/clock'
import { RunProgress } from '../run-progress'

/** How far a run has come, and what came of it. Only its beginning and its end are announced. */
export async function RetryProgress({ run }: { run: Run }) {
  const t = await getTranslations(run.what === 'kept' ? 'outbox.retryKept' : 'outbox.retry')
  const words = await getTranslations('outbox.retry')
  const locale = await getLocale()
  const { total, retried, skipped, endedAt } = run
  const number = (value: number) => value.toLocaleString(locale)
  const done = retried + skipped
  const by = words('by', { by: run.startedBy, since: relativeTime(run.startedAt, now(), locale) })
  return (
    <RunProgress
      label={t('run')}
      sentence={
        endedAt
          ? t('ended', { retried, skipped, retriedText: number(retried), skippedText: number(skipped) })
          : t('running', { total, totalText: number(total) })
      }
      details={endedAt ? by : `${words('progress', { done: number(done), total: number(total) })} · ${by}`}
      done={done}
      total={total}
      ended={endedAt !== null}
    />
  )
}
