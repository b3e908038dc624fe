import { getTranslations } from 'next-intl/server'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import { correctAddressAction } from './actions'

type Props = {
  userId: string
  email: string
  /** Where its outcome is told: at the user, or at the new mail */
  tellAt: 'user' | 'mail'
}

/** Another address for whoever has not activated the account yet; the mail goes there at once. */
export async function CorrectAddress({ userId, email, tellAt }: Props) {
  const t = await getTranslations('users.correction')
  return (
    <Form action={correctAddressAction} keepWhenDone>
      <input type="hidden" name="userId" value={userId} />
      <input type="hidden" name="tellAt" value={tellAt} />
      <TextField
        name="email"
        label={t('email')}
        help={t('help')}
        type="email"
        autoComplete="off"
        defaultValue={email}
        required
      />
      <SubmitButton>{t('submit')}</SubmitButton>
    </Form>
  )
}
