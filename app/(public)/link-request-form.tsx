import { PlainForm, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import type { Visit } from './public-page'

type Props = { sent: Visit['sent']; labels: Record<'email' | 'submit', string> }

/** Asks for a new link by mail; also on the pages of dead links. */
export function LinkRequestForm({ sent, labels }: Props) {
  return (
    <PlainForm sent={sent} action="/forgot-password">
      <PlainTextField
        sent={sent}
        name="email"
        label={labels.email}
        type="email"
        autoComplete="username"
        required
      />
      <PlainSubmitButton>{labels.submit}</PlainSubmitButton>
    </PlainForm>
  )
}
