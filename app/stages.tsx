'use client'

import { useTranslations } from 'next-intl'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { StageView } from './stage-view'

const tones = { ok: 'success', failed: 'danger', skipped: 'skipped' } as const

type Props = {
  stages: StageView[]
  /** For how many seconds the step that is under way has been so */
  seconds?: number
}

/** The steps as a line; while the test runs, the first that has no result yet is the one under way. */
export function Stages({ stages, seconds }: Props) {
  const t = useTranslations('mailSettings')
  const broken = stages.some(({ result }) => result === 'failed')
  const current = broken ? undefined : stages.find(({ result }) => result === null)
  return (
    <Timeline label={t('test.steps')}>
      {stages.map(view => {
        const { stage, label, result, milliseconds, facts } = view
        const words = result ? t(`results.${result}`) : view === current ? t('results.running') : ''
        return (
          <TimelineEntry
            key={stage}
            data-stage={stage}
            data-result={result ?? undefined}
            tone={result ? tones[result] : view === current ? 'pending' : 'skipped'}
            title={
              <>
                {label} {words && result !== 'skipped' && <span className="sr-only">({words})</span>}
              </>
            }
            time={
              result === 'skipped'
                ? t('results.skipped')
                : result !== null
                  ? t('milliseconds', { milliseconds })
                  : view === current && seconds !== undefined && t('seconds', { seconds })
            }
          >
            {facts.map(fact => (
              <p key={fact} className="text-xs">
                {fact}
              </p>
            ))}
          </TimelineEntry>
        )
      })}
    </Timeline>
  )
}
