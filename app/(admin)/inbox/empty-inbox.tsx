'use client'

import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { emptyInboxAction } from './actions'

type Props = { offered: boolean; labels: { submit: string; question: string; explanation: string } }

export function EmptyInbox({ offered, labels }: Props) {
  return (
    <Form action={emptyInboxAction}>
      {offered && (
        <ConfirmButton title={labels.question} question={labels.explanation}>
          {labels.submit}
        </ConfirmButton>
      )}
    </Form>
  )
}
