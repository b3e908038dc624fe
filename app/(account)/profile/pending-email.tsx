'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { cancelEmailChangeAction } from './actions'

type Props = { waiting: string | null; cancel: string; onCancel: () => void }

/** An address that waits to be confirmed, and the way out of it. */
export function PendingEmail({ waiting, cancel, onCancel }: Props) {
  return (
    <Form action={cancelEmailChangeAction} className="not-has-[div]:hidden">
      {waiting && (
        <Notice tone="info" role="status">
          <p>{waiting}</p>
          <SubmitButton variant="secondary" onClick={onCancel}>
            {cancel}
          </SubmitButton>
        </Notice>
      )}
    </Form>
  )
}
