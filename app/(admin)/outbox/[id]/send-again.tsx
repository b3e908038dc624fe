'use client'

import { SubmitButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { sendAgainAction } from './actions'

type Props = {
  mailId: string
  /** Not while a worker has it in hand. */
  offered: boolean
  /** Whoever has it already gets it twice: that is asked first. */
  sent: boolean
  labels: { submit: string; question: string; explanation: string }
}

export function SendAgain({ mailId, offered, sent, labels }: Props) {
  return (
    <Form action={sendAgainAction}>
      <input type="hidden" name="mailId" value={mailId} />
      {offered &&
        (sent ? (
          <ConfirmButton title={labels.question} question={labels.explanation}>
            {labels.submit}
          </ConfirmButton>
        ) : (
          <SubmitButton variant="secondary">{labels.submit}</SubmitButton>
        ))}
    </Form>
  )
}
