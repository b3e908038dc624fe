'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { cancelEmailChangeAction } from './actions'

/** An address that waits to be confirmed, and the way out of it. */
export function PendingEmail({ waiting, cancel }: { waiting: string | null; cancel: string }) {
  return (
    <Form action={cancelEmailChangeAction} className="not-has-[div]:hidden">
      {waiting && (
        <Notice tone="warning">
          <p>{waiting}</p>
          <SubmitButton variant="secondary">{cancel}</SubmitButton>
        </Notice>
      )}
    </Form>
  )
}
