import { env } from './lib/env'

/** Next calls this once, when its server starts. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { boot } = await import('./server/boot')
  // Not awaited: while the database is away, the web server already says so at /readyz.
  boot({ worker: env().worker === 'inline', web: true }).catch(() => {})
}
