'use client'

import { SubmitButton } from '@/components/button'
import { PasswordField } from '@/components/fields'
import { Form, type FormAction } from '@/components/form'

export type NewPasswordLabels = { password: string; again: string; help: string; submit: string }

type Props = { action: FormAction; token: string; email: string; labels: NewPasswordLabels }

/** The form of the landing pages: a password, typed twice. It needs a typed password on purpose: mail scanners press buttons. */
export function NewPasswordForm({ action, token, email, labels }: Props) {
  return (
    <Form action={action}>
      <input type="hidden" name="token" value={token} />
      {/* So that password managers file the password under the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <PasswordField
        name="password"
        label={labels.password}
        help={labels.help}
        autoComplete="new-password"
        minLength={8}
        required
      />
      <PasswordField name="passwordAgain" label={labels.again} autoComplete="new-password" required />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
