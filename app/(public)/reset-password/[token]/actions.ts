'use server'

import { redirect } from 'next/navigation'
import { origin } from '@/app/auth'
import { NewPassword } from '@/domain/accounts/password'
import { resetPassword } from '@/domain/accounts/password-reset'
import { formAction } from '@/lib/form-action'

export const resetPasswordAction = formAction(NewPassword, async ({ token, password }) => {
  await resetPassword(token, password, await origin())
  redirect('/login?notice=password-set')
})
