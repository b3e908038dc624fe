'use client'

import { useTranslations } from 'next-intl'
import { type ReactNode, useEffect, useRef } from 'react'
import { Stages } from '@/app/stages'
import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import type { Fix } from '@/domain/mail-server/fix'
import { cancelTestAction } from './cancel-action'
import { TestReport } from './test-report'
import type { TestProgressView } from './test-view'
import { useRunningSeconds } from './use-running-seconds'

export type PanelTest = {
  id: string
  /** What is known of it so far; null until it has told anything */
  progress: TestProgressView | null
}

type Props = {
  /** The form is being sent for a test. */
  sending: boolean
  test: PanelTest | null
  /** Whether the focus may go to the report when the test ends: the person has not gone on elsewhere */
  takesFocus: () => boolean
  apply: (fix: Fix) => void
  /** Whether the server may stand by, so that a person says what it is to be */
  standby: boolean
  /** What stands here before the first test */
  children: ReactNode
}

/** Where the outcome bar and lists lead to. */
export const testPanelId = 'test-report'

/** The test beside the form: as it happens, then its report, until the next one. It never covers what one types. */
export function TestPanel({ sending, test, takesFocus, apply, standby, children }: Props) {
  const t = useTranslations('mailSettings.test')
  const report = (!sending && test?.progress?.test) || null
  const running = sending || (test !== null && !report)
  const title = report?.heading ?? t(running ? 'running' : 'title')
  const heading = useRef<HTMLHeadingElement>(null)
  const wasRunning = useRef(false)

  useEffect(() => {
    if (wasRunning.current && report && takesFocus()) heading.current?.focus()
    wasRunning.current = running
  }, [running, report, takesFocus])

  return (
    // biome-ignore lint/a11y/useSemanticElements: the role is written out for scripts that look for it
    <div
      role="region"
      id={testPanelId}
      aria-label={title}
      className="scroll-mt-4 rounded-lg border border-line bg-surface p-5 text-sm min-[75rem]:sticky min-[75rem]:top-6 min-[75rem]:max-h-[calc(100dvh-13rem)] min-[75rem]:overflow-y-auto"
    >
      <h2 ref={heading} tabIndex={-1} className="mb-4 scroll-mt-20 font-medium text-base">
        {title}
      </h2>
      {report ? (
        <TestReport test={report} apply={apply} standby={standby} />
      ) : running ? (
        <Running test={sending ? null : test} />
      ) : (
        children
      )}
    </div>
  )
}

function Running({ test }: { test: PanelTest | null }) {
  const t = useTranslations('mailSettings.test')
  const { stages, waiting } = test?.progress ?? { stages: [], waiting: null }
  const seconds = useRunningSeconds(stages.filter(({ result }) => result !== null).length)
  const failed = stages.some(({ result }) => result === 'failed')
  return (
    <div className="space-y-5">
      {/* Without JavaScript the page looks again by itself. */}
      <noscript>
        <meta httpEquiv="refresh" content="1" />
      </noscript>
      <p className="text-muted" role="status">
        {t(failed ? 'lookingCloser' : waiting === null ? 'runningText' : 'thinking', {
          seconds: waiting ?? 0,
        })}
      </p>
      {stages.length > 0 && <Stages stages={stages} seconds={seconds} />}
      {test && (
        <Form action={cancelTestAction} keepWhenDone>
          <input type="hidden" name="testId" value={test.id} />
          <SubmitButton variant="secondary">{t('cancel')}</SubmitButton>
        </Form>
      )}
    </div>
  )
}
