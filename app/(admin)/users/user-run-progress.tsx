import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import type { UserRunProgress as Run } from '@/domain/accounts/user-run'
import { now } from '@/lib/clock'
import { RunProgress } from '../run-progress'

/** How far a change of all users of a view has come, and what came of it. */
export async function UserRunProgress({ run }: { run: Run }) {
  const t = await getTranslations('users.run')
  const words = await getTranslations('outbox.retry')
  const locale = await getLocale()
  const number = (value: number) => value.toLocaleString(locale)
  const { deed, done, refused, total, endedAt, startedBy, startedAt } = run
  const behind = done + refused
  const by = words('by', { by: startedBy, since: relativeTime(startedAt, now(), locale) })
  return (
    <RunProgress
      label={t('label')}
      sentence={endedAt ? t('ended', { deed, done, refused }) : t('running', { deed, total })}
      details={endedAt ? by : `${words('progress', { done: number(behind), total: number(total) })} · ${by}`}
      done={behind}
      total={total}
      ended={endedAt !== null}
    />
  )
}
