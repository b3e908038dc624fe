import { perProcess } from '@/lib/global'

export type Running = {
  setupLink: string | null
  /** Who was sent it instead */
  setupMailedTo: string | null
  inboxPort: number | null
  /** Who can sign in with a public password: the demo accounts, until they have another */
  demoAccounts: { email: string; password: string }[]
  /** Takes no more work, ends what is under way, and `alongside` with it, then lets everything go. */
  stop(alongside?: Promise<unknown>): Promise<void>
}

/**
 * Where the start of the application is handed over: Next begins it in its own bundle, and the server
 * around Next waits for it, announces it and stops it.
 */
export const bootstrap = () =>
  perProcess('boot', () => {
    let begin: (running: Promise<Running>) => void = () => {}
    const begun = new Promise<Running>(resolve => {
      begin = resolve
    })
    return { begun, begin }
  })
