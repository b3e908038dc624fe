import { keepSession, origin } from '@/app/auth'
import { PlainForm, PlainSubmitButton, PlainTextField } from '@/components/plain-form'
import { previewRules } from '@/components/preview-rules'
import { emailField } from '@/domain/accounts/email-address'
import { NewPassword } from '@/domain/accounts/password'
import { NewAdministratorNames, readSetup, setUp } from '@/domain/accounts/setup'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import { deadLink } from '../../dead-link'
import { NewPasswordFields } from '../../new-password-form'
import { publicPage, seeOther } from '../../public-page'

export const { GET, POST } = publicPage(
  async visit => {
    const { token, locale, sent, words } = visit
    const { dead } = await readSetup(token)
    if (dead) return deadLink(visit, dead, 'setup')
    const t = words('setup')
    return {
      title: t('title'),
      script: previewRules,
      body: (
        <>
          <p className="text-sm">{t('lead')}</p>
          <PlainForm sent={sent}>
            <input type="hidden" name="token" value={token} />
            <input type="hidden" name="locale" value={locale} />
            <PlainTextField
              sent={sent}
              name="email"
              label={t('email')}
              type="email"
              autoComplete="username"
              required
            />
            <PlainTextField
              sent={sent}
              name="firstName"
              label={t('firstName')}
              autoComplete="given-name"
              optional
            />
            <PlainTextField
              sent={sent}
              name="lastName"
              label={t('lastName')}
              autoComplete="family-name"
              optional
            />
            <NewPasswordFields {...visit} rules={await rulesFor(null)} purpose="setup" />
            <PlainSubmitButton>{t('submit')}</PlainSubmitButton>
          </PlainForm>
        </>
      ),
    }
  },
  {
    schema: NewPassword.safeExtend({ email: emailField, ...NewAdministratorNames }),
    run: async ({ token, ...administrator }) => {
      await keepSession(await setUp(token, administrator, await origin()))
      return seeOther('/settings/mail')
    },
  },
)
