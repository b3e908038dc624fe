// What an administrator must not find out by chance: that mails wait for somebody to act.
import { requireAdministrator, type Viewer } from '@/domain/viewer'
import { loginRefused, mailRefused } from './breaker'
import { serversInUse } from './in-use'
import { type ServerState, stateOf } from './server-state'

export type ServerTrouble = {
  /**
   * `all-out`: no server takes mail now. `login-refused`, `mail-refused`: one waits for an administrator, because of
   * its credentials or of how and from where we send; the others send.
   */
  what: 'all-out' | 'login-refused' | 'mail-refused'
  /** Those in trouble; none for whom the servers are no concern */
  servers: (ServerState & { id: string; name: string })[]
}

/**
 * What is wrong with the mail servers, or null. Read with every page of an administrator, so it is one look
 * at the few servers there are. A tenant administrator learns that mails wait, and nothing of the servers.
 * @throws Refusal not-allowed
 */
export async function readServerTrouble(viewer: Viewer): Promise<ServerTrouble | null> {
  requireAdministrator(viewer)
  const servers = (await serversInUse()).map(row => ({ id: row.id, name: row.name, ...stateOf(row) }))
  const troubled = servers.filter(({ state }) => state !== 'sending')
  if (troubled.length > 0 && troubled.length === servers.length)
    return { what: 'all-out', servers: viewer.role === 'system_administrator' ? troubled : [] }
  if (viewer.role !== 'system_administrator') return null
  const logins = troubled.filter(({ cause }) => loginRefused(cause))
  if (logins.length > 0) return { what: 'login-refused', servers: logins }
  const refused = troubled.filter(({ cause }) => mailRefused(cause))
  return refused.length > 0 ? { what: 'mail-refused', servers: refused } : null
}
