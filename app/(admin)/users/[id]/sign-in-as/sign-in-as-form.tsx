'use client'

import { SubmitButton } from '@/components/button'
import { PasswordField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { signInAsAction } from './actions'

type Props = {
  userId: string
  /** Of the administrator */
  email: string
  /** What the administrator has to show of themself first: the password, or a code too */
  asks: 'password' | 'code' | null
  labels: Record<'prove' | 'currentPassword' | 'code' | 'codeHelp' | 'submit', string>
}

export function SignInAsForm({ userId, email, asks, labels }: Props) {
  return (
    <Form action={signInAsAction}>
      <input type="hidden" name="userId" value={userId} />
      {asks && (
        <>
          <p>{labels.prove}</p>
          {/* So that password managers offer the password of the right account. */}
          <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
          <PasswordField
            name="currentPassword"
            label={labels.currentPassword}
            autoComplete="current-password"
            required
          />
        </>
      )}
      {asks === 'code' && (
        <TextField
          name="secretCode"
          label={labels.code}
          help={labels.codeHelp}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          width="medium"
          required
        />
      )}
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
