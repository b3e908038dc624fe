'use server'

import { redirect } from 'next/navigation'
import { keepSession, origin } from '@/app/auth'
import { emailField } from '@/domain/accounts/email-address'
import { NewPassword } from '@/domain/accounts/password'
import { NewAdministratorNames, setUp } from '@/domain/accounts/setup'
import { formAction } from '@/lib/form-action'

const NewAdministrator = NewPassword.safeExtend({ email: emailField, ...NewAdministratorNames })

export const setUpAction = formAction(NewAdministrator, async ({ token, ...administrator }) => {
  await keepSession(await setUp(token, administrator, await origin()))
  redirect('/settings/mail')
})
