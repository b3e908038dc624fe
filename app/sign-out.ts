'use server'

import { redirect } from 'next/navigation'
import { actionBegins } from '@/lib/action-begun'
import { dropSession } from './auth'

export async function signOutAction(): Promise<void> {
  actionBegins()
  await dropSession()
  redirect('/login?notice=signed-out')
}
