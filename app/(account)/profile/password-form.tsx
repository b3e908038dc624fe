'use client'

import { SubmitButton } from '@/components/button'
import { PasswordField } from '@/components/fields'
import { Form } from '@/components/form'
import { changePasswordAction } from './actions'

type Props = {
  email: string
  minimumLength: number
  labels: { oldPassword: string; newPassword: string; again: string; help: string; submit: string }
}

export function PasswordForm({ email, minimumLength, labels }: Props) {
  return (
    <Form action={changePasswordAction}>
      {/* So that password managers file the new password under the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <PasswordField
        name="currentPassword"
        label={labels.oldPassword}
        autoComplete="current-password"
        required
      />
      <PasswordField
        name="newPassword"
        label={labels.newPassword}
        help={labels.help}
        autoComplete="new-password"
        minLength={minimumLength}
        required
      />
      <PasswordField name="newPasswordAgain" label={labels.again} autoComplete="new-password" required />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
