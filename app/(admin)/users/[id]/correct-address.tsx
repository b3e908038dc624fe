'use client'

import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { correctAddressAction } from './actions'

type CorrectAddressLabels = Record<'email' | 'help' | 'submit', string>

type Props = {
  userId: string
  email: string
  /** Where its outcome is told: at the user, or at the new mail */
  tellAt: 'user' | 'mail'
  labels: CorrectAddressLabels
}

/** Another address for whoever has not activated the account yet; the mail goes there at once. */
export function CorrectAddress({ userId, email, tellAt, labels }: Props) {
  return (
    <Form action={correctAddressAction} keepWhenDone>
      <input type="hidden" name="userId" value={userId} />
      <input type="hidden" name="tellAt" value={tellAt} />
      <TextField
        name="email"
        label={labels.email}
        help={labels.help}
        type="email"
        autoComplete="off"
        defaultValue={email}
        required
      />
      <SubmitButton>{labels.submit}</SubmitButton>
    </Form>
  )
}
