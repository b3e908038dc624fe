import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { SubmitButton } from '@/components/button'
import { TextField } from '@/components/fields'
import { Form } from '@/components/form'
import type { PendingEmail } from '@/domain/accounts/email-change'
import { changeEmailOfAction } from './actions'

type Props = { userId: string; email: string; waiting: PendingEmail | null }

/** Another address for whoever has an active account; they confirm it themself. */
export async function ChangeEmail({ userId, email, waiting }: Props) {
  const t = await getTranslations('users.emailChange')
  return (
    <>
      {waiting && (
        <p className="mb-4 text-sm">
          {t('waiting', { email: waiting.newEmail, moment: await moment(waiting.expiresAt) })}
        </p>
      )}
      <Form action={changeEmailOfAction}>
        <input type="hidden" name="userId" value={userId} />
        <TextField
          name="newEmail"
          label={t('newEmail')}
          help={t('help', { email })}
          type="email"
          autoComplete="off"
          required
        />
        <SubmitButton variant="secondary">{t('submit')}</SubmitButton>
      </Form>
    </>
  )
}
