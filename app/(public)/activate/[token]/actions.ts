'use server'

import { redirect } from 'next/navigation'
import { keepSession, origin } from '@/app/auth'
import { activate } from '@/domain/accounts/activation'
import { NewPassword } from '@/domain/accounts/password'
import { formAction } from '@/lib/form-action'

export const activateAction = formAction(NewPassword, async ({ token, password }) => {
  await keepSession(await activate(token, password, await origin()))
  redirect('/profile?notice=activated')
})
