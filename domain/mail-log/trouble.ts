// Why mail does not flow, for the banner on every page of an administrator: the first thing that has to be mended.

import { countMailServers, serversInUse } from '@/domain/mail-server/in-use'
import { readOwnTrouble, readServerTrouble, type ServerTrouble } from '@/domain/mail-server/server-trouble'
import { outboxPause } from '@/domain/outbox/pause'
import { quotasOf, type TenantUse } from '@/domain/outbox/quota'
import { workerAlive } from '@/domain/outbox/worker'
import { requireAdministrator, type Viewer } from '@/domain/viewer'
import { isLoopback } from '@/lib/addresses'
import { env } from '@/lib/env'

export type Trouble =
  | { what: 'paused'; since: Date; by: string | null }
  | { what: 'no-worker' }
  /** None was ever set up; or there are some, and all are disabled */
  | { what: 'no-mail-server' | 'all-disabled' }
  | ServerTrouble
  /** Others than this machine open the application, and the built-in inbox keeps their mails */
  | { what: 'only-inbox' }
  /** All that a tenant administrator learns where it is about how the installation sends */
  | { what: 'waiting' | 'kept' }
  /** The tenant must send by its own servers, and has none */
  | { what: 'own-missing' }
  /** Most of what the tenant may send by the installation's servers is used up */
  | ({ what: 'quota' } & TenantUse)

/**
 * What keeps mail from its recipients, or null. Read with every page of an administrator, so it is a look at few
 * rows. A tenant administrator learns that mails wait, or are kept, and nothing of servers and machines.
 * @throws Refusal not-allowed
 */
export async function readTrouble(viewer: Viewer): Promise<Trouble | null> {
  requireAdministrator(viewer)
  const pause = await outboxPause(viewer)
  if (pause) return { what: 'paused', since: pause.at, by: pause.by }
  const trouble = await troubleOf(viewer)
  if (viewer.role === 'system_administrator') return trouble
  // What they can mend goes first.
  const own = await readOwnTrouble(viewer)
  if (own) return own
  if (trouble) return { what: trouble.what === 'only-inbox' ? 'kept' : 'waiting' }
  const [fullest] = (await quotasOf(viewer.tenantId ?? ''))
    .filter(({ used, limit }) => used >= noticed * limit)
    .sort((one, other) => other.used / other.limit - one.used / one.limit)
  return fullest ? { what: 'quota', ...fullest } : null
}

/** From this part of a quota on its tenant is told. */
const noticed = 0.8

async function troubleOf(viewer: Viewer): Promise<Trouble | null> {
  if (!(await workerAlive())) return { what: 'no-worker' }
  const servers = await serversInUse()
  if (servers.length === 0)
    return { what: (await countMailServers()) > 0 ? 'all-disabled' : 'no-mail-server' }
  const inServers = await readServerTrouble(viewer, servers)
  if (inServers) return inServers
  const { hostname } = new URL(env().appUrl)
  return servers.every(({ builtin }) => builtin) && !isLoopback(hostname) ? { what: 'only-inbox' } : null
}
