'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { confirmEmailChange } from '@/domain/accounts/email-change'

export const confirmEmailAction = viewerAction(z.object({ token: z.string() }), async (viewer, { token }) => {
  await confirmEmailChange(viewer, token)
  redirect('/profile?notice=email-confirmed')
})
