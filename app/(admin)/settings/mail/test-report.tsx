'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Button } from '@/components/button'
import { CopyButton } from '@/components/copy-button'
import { Dialog } from '@/components/dialog'
import { Notice } from '@/components/notice'
import { Timeline, TimelineEntry } from '@/components/timeline'
import type { FormState } from '@/lib/form-state'
import type { MailServerOutcome } from './actions'
import type { TestView } from './test-view'

type DialogProps = { state: FormState<MailServerOutcome>; apply: (changes: Record<string, string>) => void }

/** Opens with the report of each test that has ended. */
export function TestDialog({ state, apply }: DialogProps) {
  const t = useTranslations('mailSettings')
  const [open, setOpen] = useState(false)
  const test = state.data?.test
  useEffect(() => setOpen(Boolean(state.data?.test)), [state])
  if (!test) return null
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={t(
        test.result === 'accepted'
          ? 'test.sent'
          : test.result === 'uncertain'
            ? 'test.uncertain'
            : 'test.failed',
      )}
      wide
      footer={<Button onClick={() => setOpen(false)}>{t('test.close')}</Button>}
    >
      <TestReport
        test={test}
        apply={changes => {
          apply(changes)
          setOpen(false)
        }}
      />
    </Dialog>
  )
}

/** The cause and its fix, then what was done step by step, then every word of the dialogue. */
export function TestReport({ test, apply }: { test: TestView; apply?: DialogProps['apply'] }) {
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
          {repair && apply && <Button onClick={() => apply(repair.changes)}>{repair.label}</Button>}
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
      <Timeline label={t('test.steps')}>
        {test.stages.map(({ stage, label, result, milliseconds, facts }) => (
          <TimelineEntry
            key={stage}
            data-stage={stage}
            data-result={result}
            tone={result === 'ok' ? 'success' : result === 'failed' ? 'danger' : 'skipped'}
            title={
              <>
                {label} <span className="sr-only">({t(`results.${result}`)})</span>
              </>
            }
            time={
              result === 'skipped'
                ? t('results.skipped')
                : t('milliseconds', { milliseconds: Math.round(milliseconds) })
            }
          >
            {facts.map(fact => (
              <p key={fact} className="text-xs">
                {fact}
              </p>
            ))}
          </TimelineEntry>
        ))}
      </Timeline>
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
