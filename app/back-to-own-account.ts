'use server'

import { redirect } from 'next/navigation'
import { actionBegins } from '@/lib/action-begun'
import { dropActing, signedInPerson } from './auth'

/** Ends being signed in as somebody else, and shows whoever it is that very user again. */
export async function backToOwnAccount(): Promise<void> {
  actionBegins()
  const viewer = await signedInPerson()
  await dropActing()
  redirect(viewer?.actedBy ? `/users/${viewer.id}` : '/')
}
