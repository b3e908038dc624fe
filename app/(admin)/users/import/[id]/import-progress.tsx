import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import type { UserImport } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { RunProgress } from '../../../run-progress'

/** How far an import has come, or its undoing, and what came of it. */
export async function ImportProgress({ run }: { run: UserImport }) {
  const t = await getTranslations('users.import.progress')
  const words = await getTranslations('outbox.retry')
  const locale = await getLocale()
  const number = (value: number) => value.toLocaleString(locale)
  const { added, refused, undone, kept, bad } = run
  const undoing = run.undoneAt !== null
  const [began, ended] = undoing ? [run.undoneAt, run.undoEndedAt] : [run.importedAt, run.endedAt]
  const [done, total] = undoing ? [undone + kept, added] : [added + refused, run.total - bad]
  const sentence = undoing
    ? ended
      ? t('undone', { undone, kept })
      : t('undoing', { total })
    : ended
      ? t('ended', { added, left: bad + refused })
      : t('running', { total })
  const by = words('by', { by: run.actor, since: relativeTime(began ?? run.startedAt, now(), locale) })
  return (
    <RunProgress
      label={undoing ? t('undoLabel') : t('label')}
      sentence={sentence}
      details={`${words('progress', { done: number(done), total: number(total) })} · ${by}`}
      done={done}
      total={total}
      ended={ended !== null}
    />
  )
}
