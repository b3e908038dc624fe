'use client'

import { SubmitButton } from '@/components/button'
import { Form, type FormAction } from '@/components/form'
import type { ButtonVariant } from '@/components/looks'

type Props = {
  action: FormAction
  /** What it is done to, by the names that the action has for it */
  values: Record<string, string>
  label: string
  variant?: ButtonVariant
}

/** Does something to one thing, at a press and without a question. */
export function ButtonForm({ action, values, label, variant }: Props) {
  return (
    <Form action={action}>
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton variant={variant}>{label}</SubmitButton>
    </Form>
  )
}
