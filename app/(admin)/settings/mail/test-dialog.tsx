'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { Stages } from '@/app/stages'
import { Button } from '@/components/button'
import { Dialog } from '@/components/dialog'
import type { FormState } from '@/lib/form-state'
import type { MailServerOutcome } from './actions'
import { TestReport } from './test-report'
import type { TestProgressView } from './test-view'

type Props = {
  state: FormState<MailServerOutcome>
  apply: (changes: Record<string, string>) => void
}

/** Shows a test as it happens, and its report once it has ended. */
export function TestDialog({ state, apply }: Props) {
  const t = useTranslations('mailSettings.test')
  const progress = useProgress(state.data?.testId ?? null)
  const [open, setOpen] = useState(false)
  useEffect(() => setOpen(Boolean(state.data?.testId)), [state])
  if (!progress) return null
  const { stages, test, waiting } = progress
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={test?.heading ?? t('running')}
      wide
      footer={<Button onClick={() => setOpen(false)}>{t('close')}</Button>}
    >
      {test ? (
        <TestReport
          test={test}
          apply={changes => {
            apply(changes)
            setOpen(false)
          }}
        />
      ) : (
        <div className="space-y-5">
          <p className="text-muted" role="status">
            {t(
              stages.some(({ result }) => result === 'failed')
                ? 'lookingCloser'
                : waiting === null
                  ? 'runningText'
                  : 'thinking',
              { seconds: waiting ?? 0 },
            )}
          </p>
          <Stages stages={stages} />
        </div>
      )}
    </Dialog>
  )
}

/** What a test has told so far; null before it has told anything, and when there is none. */
function useProgress(testId: string | null): TestProgressView | null {
  const router = useRouter()
  const [told, setTold] = useState<{ testId: string; progress: TestProgressView } | null>(null)
  useEffect(() => {
    if (!testId) return
    const events = new EventSource(`/api/test-mails/${testId}`)
    events.onmessage = ({ data }) => {
      const progress: TestProgressView = JSON.parse(data)
      setTold({ testId, progress })
      if (!progress.test) return
      events.close()
      // The list and the history know of it too.
      router.refresh()
    }
    // A connection that breaks off is made anew by the browser: what it tells begins with all that is known.
    return () => events.close()
  }, [testId, router])
  return told && told.testId === testId ? told.progress : null
}
