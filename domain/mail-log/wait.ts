// What a mail waits for: the first thing that has to happen before it can go.
import { serversInUse } from '@/domain/mail-server/in-use'
import { type ServerState, stateOf } from '@/domain/mail-server/server-state'
import { outboxPause } from '@/domain/outbox/pause'
import { isUndecided, isWaiting } from '@/domain/outbox/states'
import { workerAlive } from '@/domain/outbox/worker'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { MailServer, MailServerUse, OutboundMail } from '@/generated/prisma/client'
import { db, sqlNow } from '@/lib/db'

/** What holds up all mails alike. */
export type Hold =
  | { what: 'paused'; since: Date; by: string | null }
  | { what: 'no-worker' }
  | { what: 'no-mail-server' }
  /** None takes mail now; which and why only the system administrator is told */
  | { what: 'servers'; servers: (ServerState & { id: string; name: string })[] }
  /** Of those that take mail, each has had what it may get for now */
  | { what: 'limits'; window: 'minute' | 'day' }

export type Wait =
  | Hold
  /** Nobody knows whether it arrived, and a person decides what becomes of it. */
  | { what: 'person' }
  /** The next attempt is due then */
  | { what: 'retry'; due: Date }
  /** So many of the same tenant go before it, or more */
  | { what: 'turn'; ahead: number }

/** More than these nobody counts. */
export const aheadAtMost = 1_000

/** What a waiting mail waits for. @throws Refusal not-allowed */
export async function waitOf(
  viewer: Viewer,
  mail: Pick<OutboundMail, 'id' | 'kind' | 'rank' | 'tenantKey' | 'state' | 'dueAt' | 'expiresAt'>,
): Promise<Wait> {
  visibleTenant(viewer)
  if (isUndecided(mail)) return { what: 'person' }
  const hold = await holdOf(viewer)
  // A test mail goes through the version that it tests, whatever the other servers do.
  if (hold && (mail.kind !== 'test' || hold.what === 'paused' || hold.what === 'no-worker')) return hold
  const [row] = await db().$queryRaw<{ due: boolean; ahead: number }[]>`
    SELECT ${mail.dueAt}::timestamptz <= ${sqlNow()} AS due, count(*)::int AS ahead FROM (
      SELECT 1 FROM "OutboundMail" WHERE ${isWaiting} AND rank = ${mail.rank}::int
        AND "tenantKey" = ${mail.tenantKey}::uuid AND "dueAt" <= ${sqlNow()}
        AND ("dueAt", id) < (${mail.dueAt}::timestamptz, ${mail.id}::uuid)
      LIMIT ${aheadAtMost}) before`
  return row && !row.due ? { what: 'retry', due: mail.dueAt } : { what: 'turn', ahead: row?.ahead ?? 0 }
}

/** What holds up all mails, or null while they go. @throws Refusal not-allowed */
export async function holdOf(viewer: Viewer): Promise<Hold | null> {
  visibleTenant(viewer)
  const pause = await outboxPause(viewer)
  if (pause) return { what: 'paused', since: pause.at, by: pause.by }
  if (!(await workerAlive())) return { what: 'no-worker' }
  const servers = await serversInUse()
  if (servers.length === 0) return { what: 'no-mail-server' }
  const open = servers.filter(server => stateOf(server).state === 'sending')
  if (open.length === 0)
    return {
      what: 'servers',
      servers:
        viewer.role === 'system_administrator'
          ? servers.map(server => ({ id: server.id, name: server.name, ...stateOf(server) }))
          : [],
    }
  const windows = open.map(usedUp)
  if (!windows.every(window => window !== null)) return null
  return { what: 'limits', window: windows.includes('minute') ? 'minute' : 'day' }
}

/** Which limit of a server is used up for now. A second is over before anybody reads of it. */
function usedUp({ maxPerMinute, maxPerDay, use }: MailServer & { use: MailServerUse | null }) {
  const full = (limit: number | null, at: Date, count: number, milliseconds: number) =>
    limit !== null && count >= limit && Date.now() - at.getTime() < milliseconds
  if (!use) return null
  if (full(maxPerDay, use.dayAt, use.dayCount, 86_400_000)) return 'day' as const
  return full(maxPerMinute, use.minuteAt, use.minuteCount, 60_000) ? ('minute' as const) : null
}
