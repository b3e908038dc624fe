'use client'

import { SubmitButton } from '@/components/button'
import { PasswordField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { changeEmailAction } from './actions'

export type EmailLabels = Record<'newEmail' | 'currentPassword' | 'help' | 'submit', string>

type Props = { email: string; labels: EmailLabels; onChange: () => void }

export function EmailForm({ email, labels, onChange }: Props) {
  return (
    <Form action={changeEmailAction}>
      {/* So that password managers offer the password of the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <TextField name="newEmail" label={labels.newEmail} type="email" autoComplete="email" required />
      <PasswordField
        name="currentPassword"
        label={labels.currentPassword}
        help={labels.help}
        autoComplete="current-password"
        required
      />
      <SubmitButton onClick={onChange}>{labels.submit}</SubmitButton>
    </Form>
  )
}
