import { PasswordRules as Rules } from '@/components/password-rules'
import { PlainForm, PlainPasswordField, PlainSubmitButton } from '@/components/plain-form'
import type { PasswordRules } from '@/domain/settings/password-rules'
import { ruleWords } from '../password-rule-words'
import type { Visit } from './public-page'

type Props = Pick<Visit, 'token' | 'sent' | 'words'> & {
  email: string
  /** Those that hold for the owner */
  rules: PasswordRules
  purpose: 'activate' | 'resetPassword' | 'notMe'
}

/** The form of the landing pages: a password, typed twice. It needs a typed password on purpose: mail scanners press buttons. */
export function NewPasswordForm({ token, email, ...fields }: Props) {
  const { sent, words, purpose } = fields
  return (
    <PlainForm sent={sent}>
      <input type="hidden" name="token" value={token} />
      {/* So that password managers file the password under the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <NewPasswordFields {...fields} />
      <PlainSubmitButton>{words(purpose)('submit')}</PlainSubmitButton>
    </PlainForm>
  )
}

type FieldsProps = Pick<Props, 'sent' | 'words' | 'rules'> & {
  purpose: Props['purpose'] | 'setup' | 'newPassword'
  autoFocus?: boolean
}

/** A password that is being chosen, typed twice. Its page takes `previewRules` as its script. */
export function NewPasswordFields({ sent, words, rules, purpose, autoFocus }: FieldsProps) {
  const t = words(purpose)
  const first = purpose === 'setup' || purpose === 'activate'
  return (
    <>
      <PlainPasswordField
        sent={sent}
        name="password"
        label={t('password')}
        help={<Rules {...ruleWords(rules, words('passwordRules'), { first })} />}
        autoComplete="new-password"
        minLength={rules.minimumLength}
        autoFocus={autoFocus}
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
