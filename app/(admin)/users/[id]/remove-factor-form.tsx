'use client'

import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { removeFactorsAction } from './actions'

type Props = {
  userId: string
  /** Whether there is a factor */
  removable: boolean
  labels: { submit: string; question: string; explanation: string }
}

/** Takes the second factor off a user, after a question. What came of it stays when there is none any more. */
export function RemoveFactorForm({ userId, removable, labels }: Props) {
  return (
    <Form action={removeFactorsAction} className="not-has-[div,button]:hidden">
      <input type="hidden" name="userId" value={userId} />
      {removable && (
        <ConfirmButton plain title={labels.question} question={labels.explanation}>
          {labels.submit}
        </ConfirmButton>
      )}
    </Form>
  )
}
