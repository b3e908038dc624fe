import { z } from 'zod'
import { origin } from '@/app/auth'
import { linkClasses } from '@/components/looks'
import { emailField } from '@/domain/accounts/email-address'
import { requestLink } from '@/domain/accounts/password-reset'
import { LinkRequestForm } from '../link-request-form'
import { publicPage } from '../public-page'

export const { GET, POST } = publicPage(
  async ({ sent, words }) => {
    const t = words('forgotPassword')
    return {
      title: t('title'),
      body: (
        <>
          <p className="text-sm">{t('lead')}</p>
          <LinkRequestForm sent={sent} labels={{ email: t('email'), submit: t('submit') }} />
        </>
      ),
      footer: (
        <>
          <a href="/login" className={linkClasses}>
            {t('back')}
          </a>
          <a href="/code" className={linkClasses}>
            {t('code')}
          </a>
        </>
      ),
    }
  },
  {
    schema: z.object({ email: emailField }),
    run: async ({ email }, { words }) => {
      await requestLink(email, (await origin()).address)
      return { message: words('forgotPassword')('done') }
    },
  },
)
