import { getTranslations } from 'next-intl/server'
import { RelativeTime } from '@/components/relative-time'
import { TimelineEntry } from '@/components/timeline'
import type { StageReport, TranscriptLine } from '@/domain/mail-server/outcome'
import type { DeliveryAttempt } from '@/generated/prisma/client'
import { causeInWords } from '../cause'
import { AttemptDetails } from './attempt-details'

const tones = {
  running: 'pending',
  accepted: 'success',
  failed: 'danger',
  uncertain: 'warning',
  interrupted: 'warning',
} as const

/** One attempt as one sentence; below it how far it got, and what the server said. */
export async function AttemptEntry({
  attempt,
  now,
  locale,
}: {
  attempt: DeliveryAttempt
  now: Date
  locale: string
}) {
  const t = await getTranslations('outbox')
  const outcome = (attempt.outcome in tones ? attempt.outcome : 'interrupted') as keyof typeof tones
  const stages = (attempt.stages ?? []) as StageReport[]
  const transcript = (attempt.transcript ?? []) as TranscriptLine[]
  const took = attempt.endedAt && attempt.endedAt.getTime() - attempt.startedAt.getTime()
  const reply = [attempt.replyCode, attempt.enhancedCode, attempt.replyText].filter(Boolean).join(' ')
  const notes = [
    outcome !== 'accepted' &&
      outcome !== 'running' &&
      t('stoppedAt', { phase: t(`phases.${attempt.phase}`) }),
    took !== null && t('took', { milliseconds: took }),
  ].filter(Boolean)
  return (
    <TimelineEntry
      tone={tones[outcome]}
      title={t(`outcomes.${outcome}`, {
        number: attempt.number,
        server: attempt.serverName ?? '',
        cause: (await causeInWords(attempt.cause)) ?? 'none',
      })}
      time={<RelativeTime date={attempt.startedAt} now={now} locale={locale} />}
      detailsLabel={t('details')}
      details={
        stages.length + transcript.length > 0 && <AttemptDetails stages={stages} transcript={transcript} />
      }
    >
      {reply && <p>{t('said', { reply })}</p>}
      <p>{notes.join(' · ')}</p>
    </TimelineEntry>
  )
}
