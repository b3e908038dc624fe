'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { keepSession, origin } from '@/app/auth'
import { givenPasswordField } from '@/domain/accounts/password'
import { signIn } from '@/domain/accounts/sign-in'
import { formAction } from '@/lib/form-action'
import { safePath } from './safe-path'

const Credentials = z.object({
  email: z.string().trim().min(1, 'email-required').max(254, 'email-invalid'),
  password: givenPasswordField,
  next: z.string().optional(),
})

export const signInAction = formAction(Credentials, async ({ email, password, next }) => {
  await keepSession(await signIn(email, password, await origin()))
  redirect(safePath(next))
})
