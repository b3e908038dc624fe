'use server'

import { redirect } from 'next/navigation'
import { dropSession } from './auth'

export async function signOutAction(): Promise<void> {
  await dropSession()
  redirect('/login?notice=signed-out')
}
