'use client'

import { SubmitButton } from '@/components/button'
import { Form, type FormAction } from '@/components/form'

/** Says that somebody has seen the alarm. */
export function AcknowledgeForm({ action, id, label }: { action: FormAction; id: string; label: string }) {
  return (
    <Form action={action}>
      <input type="hidden" name="id" value={id} />
      <SubmitButton>{label}</SubmitButton>
    </Form>
  )
}
