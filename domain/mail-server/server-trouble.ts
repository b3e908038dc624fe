// What an administrator must not find out by chance: that mails wait for somebody to act.
import { requireAdministrator, type Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { loginRefused, mailRefused } from './breaker'
import { type ServerInUse, serversInUse } from './in-use'
import { type ServerState, stateOf } from './server-state'

export type ServerTrouble = {
  /**
   * `all-out`: no server takes mail now. `own-out`: none of the tenant's own does, and `own-fell-back`: meanwhile those
   * of the installation take it. `login-refused`, `mail-refused`: one waits for an administrator, because of
   * its credentials or of how and from where we send; the others send.
   */
  what: 'all-out' | 'own-out' | 'own-fell-back' | 'login-refused' | 'mail-refused'
  /** Those in trouble; none for whom the servers are no concern */
  servers: (ServerState & { id: string; name: string })[]
}

/**
 * What is wrong with the mail servers, or null. Read with every page of an administrator, so it is one look
 * at the few servers there are. A tenant administrator learns that mails wait, and nothing of the servers.
 * @param servers those of the installation, if they have been read @throws Refusal not-allowed
 */
export async function readServerTrouble(
  viewer: Viewer,
  servers?: ServerInUse[],
): Promise<ServerTrouble | null> {
  requireAdministrator(viewer)
  const trouble = troubleAmong(servers ?? (await serversInUse()))
  if (viewer.role === 'system_administrator') return trouble
  return trouble?.what === 'all-out' ? { ...trouble, servers: [] } : null
}

/** What is wrong with the servers of the viewer's tenant, or null. Null too where it may have none. @throws Refusal not-allowed */
export async function readOwnTrouble(
  viewer: Viewer,
): Promise<ServerTrouble | { what: 'own-missing' } | null> {
  requireAdministrator(viewer)
  const { tenantId } = viewer
  const policy = tenantId && (await db().tenantMailPolicy.findUnique({ where: { tenantId } }))
  if (!policy || policy.servers === 'system') return null
  const servers = await serversInUse(db(), { tenantId })
  if (servers.length === 0) return policy.servers === 'own-required' ? { what: 'own-missing' } : null
  const trouble = troubleAmong(servers)
  if (trouble?.what !== 'all-out') return trouble
  return {
    ...trouble,
    what: policy.servers === 'own-allowed' && policy.fallsBack ? 'own-fell-back' : 'own-out',
  }
}

function troubleAmong(rows: ServerInUse[]): ServerTrouble | null {
  const servers = rows.map(row => ({ id: row.id, name: row.name, ...stateOf(row) }))
  const troubled = servers.filter(({ state }) => state !== 'sending')
  if (troubled.length > 0 && troubled.length === servers.length) return { what: 'all-out', servers: troubled }
  const logins = troubled.filter(({ cause }) => loginRefused(cause))
  if (logins.length > 0) return { what: 'login-refused', servers: logins }
  const refused = troubled.filter(({ cause }) => mailRefused(cause))
  return refused.length > 0 ? { what: 'mail-refused', servers: refused } : null
}
