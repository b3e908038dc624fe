// An authenticator app for tests.
import { Secret, TOTP } from 'otpauth'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { beginApp, begunApp, confirmApp } from '../factor-change'

/** The code that an app with this key shows, so many steps of 30 seconds from now. */
export const codeOf = (key: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: now().getTime() + steps * 30_000 })

/** Sets up an app for a viewer who has just signed in. @param steps of the code that confirms it, from now */
export async function withApp(viewer: Viewer, steps = 0): Promise<{ key: string; codes: string[] }> {
  await beginApp(viewer)
  const app = await begunApp(viewer)
  if (!app) throw new Error('no app was begun')
  return { key: app.key, codes: (await confirmApp(viewer, codeOf(app.key, steps))) ?? [] }
}
