'use client'

import { SubmitButton } from '@/components/button'
import { PasswordField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import type { NewPasswordLabels } from '../../new-password-form'
import { setUpAction } from './actions'

type Labels = NewPasswordLabels & { email: string; firstName: string; lastName: string }

export function SetupForm({ token, locale, labels }: { token: string; locale: string; labels: Labels }) {
  return (
    <Form action={setUpAction}>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="locale" value={locale} />
      <TextField name="email" label={labels.email} type="email" autoComplete="username" required />
      <TextField name="firstName" label={labels.firstName} autoComplete="given-name" optional />
      <TextField name="lastName" label={labels.lastName} autoComplete="family-name" optional />
      <PasswordField
        name="password"
        label={labels.password}
        help={labels.help}
        autoComplete="new-password"
        required
      />
      <PasswordField name="passwordAgain" label={labels.again} autoComplete="new-password" required />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
