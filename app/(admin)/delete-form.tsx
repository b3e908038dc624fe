'use client'

import { ConfirmButton } from '@/components/confirm-button'
import { Form, type FormAction } from '@/components/form'

type Props = {
  action: FormAction
  /** What the action calls that which is to go, and which it is */
  name: string
  id: string
  labels: { submit: string; question: string; explanation: string }
  /** In a list, where its colour would be louder than what the list is about */
  plain?: boolean
}

/** Deletes something for good, after a question that says what is lost. */
export function DeleteForm({ action, name, id, labels, plain }: Props) {
  return (
    <Form action={action}>
      <input type="hidden" name={name} value={id} />
      <ConfirmButton variant="danger" plain={plain} title={labels.question} question={labels.explanation}>
        {labels.submit}
      </ConfirmButton>
    </Form>
  )
}
