import { getLocale, getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { relativeTime } from '@/components/relative-time-words'
import { outboxPause } from '@/domain/outbox/pause'
import { now } from '@/lib/clock'
import { pauseAction } from './actions'

/** Says that sending is paused, to all administrators; the system administrator pauses and resumes. */
export async function PauseControl({ mayChange }: { mayChange: boolean }) {
  const pause = await outboxPause()
  if (!pause && !mayChange) return null
  const t = await getTranslations('outbox.pause')
  const since = pause && relativeTime(pause.at, now(), await getLocale())
  return (
    <div className="space-y-3">
      {pause && (
        <Notice tone="warning" title={t('paused')}>
          {t('since', { by: pause.by ?? '', since: since ?? '' })}
        </Notice>
      )}
      {mayChange && (
        <Form action={pauseAction} keepWhenDone>
          {pause ? (
            <SubmitButton name="what" value="resume">
              {t('resume')}
            </SubmitButton>
          ) : (
            <ConfirmButton name="what" value="pause" title={t('title')} question={t('question')}>
              {t('pause')}
            </ConfirmButton>
          )}
        </Form>
      )}
    </div>
  )
}
