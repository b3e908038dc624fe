// Who sends: the mail servers with what keeps them from it, and the workers that are alive.
import { type ServerState, stateOf } from '@/domain/mail-server/server-state'
import { deadAfterSeconds } from '@/domain/outbox/take-over'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'

export type SendingServer = ServerState & { id: string; name: string; role: 'primary' | 'standby' }

export type LivingWorker = { id: string; host: string; processId: number; startedAt: Date }

/** The servers that mail may leave through, in their order. @throws Refusal not-allowed */
export async function sendingServers(viewer: Viewer): Promise<SendingServer[]> {
  requireSystemAdministrator(viewer)
  const servers = await db().mailServer.findMany({
    where: { enabled: true, versions: { some: { state: 'active' } } },
    orderBy: { position: 'asc' },
  })
  return servers.map((server, index) => ({
    id: server.id,
    name: server.name,
    role: index === 0 ? 'primary' : 'standby',
    ...stateOf(server),
  }))
}

/** The workers that are alive. @throws Refusal not-allowed */
export async function livingWorkers(viewer: Viewer): Promise<LivingWorker[]> {
  requireSystemAdministrator(viewer)
  return db().$queryRaw`
    SELECT id, host, "processId", "startedAt" FROM "Worker"
    WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${deadAfterSeconds}::int)
    ORDER BY "startedAt", id`
}
