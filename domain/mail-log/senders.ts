// Who sends: the mail servers with what keeps them from it, and the workers that are alive.
import { countTenantServers, serversInUse } from '@/domain/mail-server/in-use'
import { scopeOf } from '@/domain/mail-server/scope'
import { type ServerState, stateOf } from '@/domain/mail-server/server-state'
import { deadAfterSeconds } from '@/domain/outbox/take-over'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'

export type Sender = ServerState & { id: string; name: string; role: 'primary' | 'standby' }

export type LivingWorker = { id: string; host: string; processId: number; startedAt: Date }

/** The servers that mail of the viewer's may leave through, in their order. @throws Refusal not-allowed */
export async function listSenders(viewer: Viewer): Promise<Sender[]> {
  return (await serversInUse(db(), await scopeOf(viewer))).map((server, index) => ({
    id: server.id,
    name: server.name,
    role: index === 0 ? 'primary' : 'standby',
    ...stateOf(server),
  }))
}

/** How many servers of tenants send, and how many do not: whose they are is theirs. @throws Refusal not-allowed */
export async function tenantSenders(viewer: Viewer): Promise<{ all: number; troubled: number }> {
  requireSystemAdministrator(viewer)
  const { sending, broken, paused } = await countTenantServers()
  return { all: sending + broken + paused, troubled: broken }
}

/** The workers that are alive. @throws Refusal not-allowed */
export async function livingWorkers(viewer: Viewer): Promise<LivingWorker[]> {
  requireSystemAdministrator(viewer)
  return db().$queryRaw`
    SELECT id, host, "processId", "startedAt" FROM "Worker"
    WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${deadAfterSeconds}::int)
    ORDER BY "startedAt", id`
}
