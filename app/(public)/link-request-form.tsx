import { PlainForm, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import type { Visit } from './public-page'

/** Asks for a new link by mail; also on the pages of dead links. */
export function LinkRequestForm({ sent, words }: Pick<Visit, 'sent' | 'words'>) {
  const t = words('forgotPassword')
  return (
    <PlainForm sent={sent} action="/forgot-password">
      <PlainTextField
        sent={sent}
        name="email"
        label={t('email')}
        type="email"
        autoComplete="username"
        required
      />
      <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
    </PlainForm>
  )
}
