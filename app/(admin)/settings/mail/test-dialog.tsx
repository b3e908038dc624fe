'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import type { StageView } from '@/app/stage-view'
import { Stages } from '@/app/stages'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { useForm } from '@/components/form-context'
import type { FormState } from '@/lib/form-state'
import type { MailServerOutcome } from './actions'
import { TestReport } from './test-report'

type Props = {
  state: FormState<MailServerOutcome>
  /** The id of the test mail that the form sends next, or is sending. */
  testId: string
  apply: (changes: Record<string, string>) => void
}

/** Shows a test as it happens, and its report once it has ended. */
export function TestDialog({ state, testId, apply }: Props) {
  const t = useTranslations('mailSettings.test')
  const { pending, submitter } = useForm()
  const testing = pending && submitter?.getAttribute('value') === 'test'
  const told = useLiveStages(testing ? testId : null)
  const live = testing ? told : null
  const [open, setOpen] = useState(false)
  const test = testing ? null : state.data?.test
  useEffect(() => setOpen(Boolean(state.data?.test)), [state])
  useEffect(() => {
    if (told) setOpen(true)
  }, [told])
  if (!live && !test) return null
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={t(test ? titles[test.result] : 'running')}
      wide
      footer={<Button onClick={() => setOpen(false)}>{t('close')}</Button>}
    >
      {test && (
        <TestReport
          test={test}
          apply={changes => {
            apply(changes)
            setOpen(false)
          }}
        />
      )}
      {live && (
        <div className="space-y-5">
          <p className="text-muted">
            {t(live.some(({ result }) => result === 'failed') ? 'lookingCloser' : 'runningText')}
          </p>
          <Stages stages={live} />
        </div>
      )}
    </Dialog>
  )
}

const titles = { accepted: 'sent', uncertain: 'uncertain', failed: 'failed' } as const

/** What a running test has told so far; null before its mail is queued, and when there is none. */
function useLiveStages(testId: string | null): StageView[] | null {
  const [stages, setStages] = useState<StageView[] | null>(null)
  useEffect(() => {
    if (!testId) return
    const events = new EventSource(`/api/test-mails/${testId}`)
    events.onmessage = ({ data }) => setStages(JSON.parse(data))
    // The outcome comes with the form's answer in any case; nothing is lost if this way is closed.
    events.onerror = () => events.close()
    return () => {
      events.close()
      setStages(null)
    }
  }, [testId])
  return stages
}
