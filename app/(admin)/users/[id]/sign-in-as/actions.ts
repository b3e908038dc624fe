'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { keepActing, renewCookie } from '@/app/auth'
import { viewerAction } from '@/app/viewer-action'
import { codeField } from '@/domain/accounts/factor'
import { givenPasswordField } from '@/domain/accounts/password'
import { prove } from '@/domain/accounts/proof'
import { signInAs } from '@/domain/accounts/sign-in-as'
import { Refusal } from '@/lib/refusal'

const SignInAs = z.object({
  userId: z.guid(),
  currentPassword: givenPasswordField.optional(),
  secretCode: codeField.optional(),
})

/** Signs an administrator in as a user, once they have shown lately who they are themselves. */
export const signInAsAction = viewerAction(
  SignInAs,
  async (viewer, { userId, currentPassword, secretCode = '' }) => {
    if (currentPassword !== undefined) await renewCookie(await prove(viewer, currentPassword, secretCode))
    const session = await signInAs(viewer, userId).catch(error => {
      // The page asks for it.
      if (error instanceof Refusal && error.code === 'prove-yourself') redirect(`/users/${userId}/sign-in-as`)
      throw error
    })
    await keepActing(session)
    redirect('/')
  },
)
