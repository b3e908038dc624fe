'use client'

import { SubmitButton } from '@/components/button'
import { PasswordField } from '@/components/fields'
import { Form } from '@/components/form'
import { LivePasswordRules } from '@/components/live-password-rules'
import type { RuleWords } from '@/components/password-rules'
import { changePasswordAction } from './actions'

type Props = {
  email: string
  rules: RuleWords
  labels: { oldPassword: string; newPassword: string; again: string; submit: string }
}

export function PasswordForm({ email, rules, labels }: Props) {
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
        help={<LivePasswordRules {...rules} />}
        autoComplete="new-password"
        minLength={rules.rules[0]?.least}
        required
      />
      <PasswordField name="newPasswordAgain" label={labels.again} autoComplete="new-password" required />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
