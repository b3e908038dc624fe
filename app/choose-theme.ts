'use server'

import { refresh } from 'next/cache'
import { cookies } from 'next/headers'
import { actionBegins } from '@/lib/action-begun'
import { env } from '@/lib/env'
import { themeCookie, themes } from './theme'

const year = 365 * 24 * 3600

export async function chooseThemeAction(formData: FormData): Promise<void> {
  actionBegins()
  const theme = themes.find(theme => theme === formData.get('theme'))
  if (!theme) return
  const jar = await cookies()
  const secure = env().appUrl.startsWith('https:')
  if (theme === 'system') jar.delete(themeCookie)
  else jar.set(themeCookie, theme, { path: '/', sameSite: 'lax', httpOnly: true, secure, maxAge: year })
  refresh()
}
