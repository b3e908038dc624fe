'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { keepSession, origin } from '@/app/auth'
import { Credentials, signIn } from '@/domain/accounts/sign-in'
import { formAction } from '@/lib/form-action'
import { safePath } from './safe-path'

const SignIn = Credentials.extend({ next: z.string().optional() })

export const signInAction = formAction(SignIn, async ({ email, password, next }) => {
  await keepSession(await signIn(email, password, await origin()))
  redirect(safePath(next))
})
