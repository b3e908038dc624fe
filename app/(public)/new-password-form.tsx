import { PlainForm, PlainPasswordField, PlainSubmitButton } from '@/components/plain-form'
import type { Visit } from './public-page'

type Props = Pick<Visit, 'token' | 'sent' | 'words' | 'installation'> & {
  email: string
  purpose: 'activate' | 'resetPassword' | 'notMe'
}

/** The form of the landing pages: a password, typed twice. It needs a typed password on purpose: mail scanners press buttons. */
export function NewPasswordForm({ token, email, purpose, ...visit }: Props) {
  return (
    <PlainForm sent={visit.sent}>
      <input type="hidden" name="token" value={token} />
      {/* So that password managers file the password under the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <NewPasswordFields {...visit} purpose={purpose} />
      <PlainSubmitButton>{visit.words(purpose)('submit')}</PlainSubmitButton>
    </PlainForm>
  )
}

/** A password that is being chosen, typed twice. */
export function NewPasswordFields({
  sent,
  words,
  installation: { minimumLength },
  purpose,
}: Pick<Props, 'sent' | 'words' | 'installation'> & { purpose: Props['purpose'] | 'setup' }) {
  const t = words(purpose)
  return (
    <>
      <PlainPasswordField
        sent={sent}
        name="password"
        label={t('password')}
        help={t('help', { length: minimumLength })}
        autoComplete="new-password"
        minLength={minimumLength}
        required
      />
      <PlainPasswordField
        sent={sent}
        name="passwordAgain"
        label={t('again')}
        autoComplete="new-password"
        required
      />
    </>
  )
}
