'use client'

import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form, type FormAction } from '@/components/form'

type Props = { action: FormAction; tenantId?: string; labels: { name: string; submit: string } }

/** A name is all that a new tenant or customer needs. */
export function NameForm({ action, tenantId, labels }: Props) {
  return (
    <Form action={action}>
      {tenantId && <input type="hidden" name="tenantId" value={tenantId} />}
      <TextField name="name" label={labels.name} width="medium" autoComplete="off" required />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
