'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Notice } from '@/components/notice'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { StageView } from './stage-view'
import type { TestView } from './test-view'

type Props = { test: TestView; apply?: (changes: Record<string, string>) => void }

/** The cause and its fix, then what was done step by step, then every word of the dialogue. */
export function TestReport({ test, apply }: Props) {
  const t = useTranslations('mailSettings')
  const { repair } = test
  return (
    <div className="space-y-5">
      <div data-cause={test.cause ?? undefined}>
        <Notice
          tone={test.result === 'accepted' ? 'success' : test.result === 'uncertain' ? 'warning' : 'danger'}
          title={test.title}
        >
          {test.fix && <p>{test.fix}</p>}
          {repair && apply && (
            <Button className="wrap-anywhere" onClick={() => apply(repair.changes)}>
              {repair.label}
            </Button>
          )}
        </Notice>
      </div>
      {test.reply && (
        <p className="wrap-anywhere">
          <span className="text-muted">{t('test.reply')}</span>{' '}
          <span className="font-mono">{test.reply}</span>
          {test.queueId && (
            <>
              <br />
              <span className="text-muted">{t('test.queueId')}</span>{' '}
              <span className="font-mono">{test.queueId}</span>
            </>
          )}
        </p>
      )}
      <Stages stages={test.stages} />
      <details>
        <summary className="min-h-6 w-fit py-0.5 font-medium">{t('test.transcript')}</summary>
        <pre className="my-3 overflow-x-auto rounded-md bg-sunken p-3 font-mono text-xs leading-5">
          {test.log}
        </pre>
      </details>
      <CopyButton text={test.log} label={t('test.copyLog')} />
    </div>
  )
}

const tones = { ok: 'success', failed: 'danger', skipped: 'skipped' } as const

/** The steps as a line; while the test runs, the first that has no result yet is the one under way. */
export function Stages({ stages }: { stages: StageView[] }) {
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
                {label} {words && <span className="sr-only">({words})</span>}
              </>
            }
            time={
              result === 'skipped'
                ? t('results.skipped')
                : result !== null && t('milliseconds', { milliseconds })
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
