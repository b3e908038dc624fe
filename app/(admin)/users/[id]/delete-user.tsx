'use client'

import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { deleteUserAction } from './actions'

type Props = { userId: string; labels: { submit: string; question: string; explanation: string } }

export function DeleteUser({ userId, labels }: Props) {
  return (
    <Form action={deleteUserAction}>
      <input type="hidden" name="userId" value={userId} />
      <ConfirmButton variant="danger" title={labels.question} question={labels.explanation}>
        {labels.submit}
      </ConfirmButton>
    </Form>
  )
}
