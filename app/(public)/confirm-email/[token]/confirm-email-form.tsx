'use client'

import { SubmitButton } from '@/components/button'
import { Form } from '@/components/form'
import { confirmEmailAction } from './actions'

export function ConfirmEmailForm({ token, submit }: { token: string; submit: string }) {
  return (
    <Form action={confirmEmailAction}>
      <input type="hidden" name="token" value={token} />
      <SubmitButton>{submit}</SubmitButton>
    </Form>
  )
}
