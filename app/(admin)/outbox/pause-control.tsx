import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { pauseAction } from './actions'

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
