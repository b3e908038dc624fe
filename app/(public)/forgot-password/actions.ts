'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { origin } from '@/app/auth'
import { emailField } from '@/domain/accounts/email-address'
import { requestLink } from '@/domain/accounts/password-reset'
import { formAction } from '@/lib/form-action'

export const requestLinkAction = formAction(z.object({ email: emailField }), async ({ email }) => {
  await requestLink(email, (await origin()).address)
  return { message: (await getTranslations('forgotPassword'))('done') }
})
