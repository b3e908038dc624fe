import { getLocale, getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { relativeTime } from '@/components/relative-time-words'
import type { OutboxPause } from '@/domain/outbox/pause'
import { now } from '@/lib/clock'
import { pauseAction } from './actions'

/** Says to all administrators that sending is paused, since when and by whom. */
export async function PauseNotice({ pause: { at, by } }: { pause: OutboxPause }) {
  const t = await getTranslations('outbox.pause')
  return (
    <Notice tone="warning" title={t('paused')}>
      {t('since', { by: by ?? '', since: relativeTime(at, now(), await getLocale()) })}
    </Notice>
  )
}

/** Pauses all sending, after a question, and resumes it: for the system administrator. */
export async function PauseButton({ paused }: { paused: boolean }) {
  const t = await getTranslations('outbox.pause')
  return (
    <Form action={pauseAction} keepWhenDone>
      {paused ? (
        <SubmitButton name="what" value="resume">
          {t('resume')}
        </SubmitButton>
      ) : (
        <ConfirmButton name="what" value="pause" title={t('title')} question={t('question')}>
          {t('pause')}
        </ConfirmButton>
      )}
    </Form>
  )
}
