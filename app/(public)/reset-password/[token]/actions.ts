'use server'

import { redirect } from 'next/navigation'
import { currentViewer, keepMark, origin } from '@/app/auth'
import { NewPassword } from '@/domain/accounts/password'
import { resetPassword } from '@/domain/accounts/password-reset'
import { formAction } from '@/lib/form-action'

export const resetPasswordAction = formAction(NewPassword, async ({ token, password }) => {
  const viewer = await currentViewer()
  const { userId } = await resetPassword(token, password, await origin())
  await keepMark(userId)
  redirect(viewer && viewer.id !== userId ? '/profile?notice=password-set' : '/login?notice=password-set')
})
