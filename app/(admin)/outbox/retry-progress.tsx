import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import type { RetryProgress as Run } from '@/domain/mail-log/retry-run'
import { now } from '@/lib/clock'

/** How far a run has come, and what came of it. Only its beginning and its end are announced. */
export async function RetryProgress({ run }: { run: Run }) {
  const t = await getTranslations(run.what === 'kept' ? 'outbox.retryKept' : 'outbox.retry')
  const words = await getTranslations('outbox.retry')
  const locale = await getLocale()
  const { total, retried, skipped, endedAt } = run
  const number = (value: number) => value.toLocaleString(locale)
  const done = retried + skipped
  return (
    <section
      aria-label={t('run')}
      className="space-y-2 rounded-lg border border-line bg-surface px-5 py-4 text-sm"
    >
      <p role="status" className="font-medium">
        {endedAt
          ? t('ended', { retried, skipped, retriedText: number(retried), skippedText: number(skipped) })
          : t('running', { total, totalText: number(total) })}
      </p>
      <progress
        aria-label={t('run')}
        value={endedAt ? 1 : done}
        max={endedAt ? 1 : Math.max(total, done)}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
      />
      <p className="text-muted tabular-nums">
        {endedAt ? null : `${words('progress', { done: number(done), total: number(total) })} · `}
        {words('by', { by: run.startedBy, since: relativeTime(run.startedAt, now(), locale) })}
      </p>
    </section>
  )
}
