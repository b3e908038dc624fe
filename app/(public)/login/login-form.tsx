'use client'

import type { ReactNode } from 'react'
import { SubmitButton } from '@/components/button'
import { PasswordField, TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { signInAction } from './actions'

type Props = {
  next: string
  labels: { email: string; password: string; submit: string }
  forgot: ReactNode
}

export function LoginForm({ next, labels, forgot }: Props) {
  return (
    <Form action={signInAction}>
      <input type="hidden" name="next" value={next} />
      <TextField name="email" label={labels.email} type="email" autoComplete="username" autoFocus required />
      <PasswordField name="password" label={labels.password} autoComplete="current-password" required />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <SubmitButton>{labels.submit}</SubmitButton>
        <span className="text-sm">{forgot}</span>
      </div>
    </Form>
  )
}
