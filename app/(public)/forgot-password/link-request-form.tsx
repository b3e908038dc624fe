'use client'

import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { requestLinkAction } from './actions'

/** Asks for a new link by mail; also on the pages of dead links. */
export function LinkRequestForm({ labels }: { labels: { email: string; submit: string } }) {
  return (
    <Form action={requestLinkAction}>
      <TextField name="email" label={labels.email} type="email" autoComplete="username" required />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
