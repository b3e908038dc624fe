// What a mail waits for: the first thing that has to happen before it can go.
import { serversInUse } from '@/domain/mail-server/in-use'
import { type ServerState, stateOf } from '@/domain/mail-server/server-state'
import { isOwn, routeOf } from '@/domain/outbox/carrier'
import { outboxPause } from '@/domain/outbox/pause'
import { classOfRank, isHeldBack, quotasOf, type TenantUse } from '@/domain/outbox/quota'
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
  /** It must go by the tenant's own servers, and there is none */
  | { what: 'no-own-server' }
  /** None takes mail now, of the installation's or of the tenant's own; which and why those learn who look after them */
  | { what: 'servers' | 'own-servers'; servers: (ServerState & { id: string; name: string })[] }
  /** Of those that take mail, each has had what it may get for now */
  | { what: 'limits'; window: 'minute' | 'day' }

export type Wait =
  | Hold
  /** Its tenant has had so many mails as it may have on the installation's servers */
  | { what: 'quota'; window: 'minute' | 'day'; limit: number }
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
  const hold = await holdIn(viewer, isOwn(mail.rank) ? mail.tenantKey : null)
  // A test mail goes through the version that it tests, whatever the other servers do.
  if (hold && (mail.kind !== 'test' || hold.what === 'paused' || hold.what === 'no-worker')) return hold
  const [row] = await db().$queryRaw<{ due: boolean; ahead: number }[]>`
    SELECT ${mail.dueAt}::timestamptz <= ${sqlNow()} AS due, count(*)::int AS ahead FROM (
      SELECT 1 FROM "OutboundMail" WHERE ${isWaiting} AND rank = ${mail.rank}::int
        AND "tenantKey" = ${mail.tenantKey}::uuid AND "dueAt" <= ${sqlNow()}
        AND ("dueAt", id) < (${mail.dueAt}::timestamptz, ${mail.id}::uuid)
      LIMIT ${aheadAtMost}) before`
  if (row && !row.due) return { what: 'retry', due: mail.dueAt }
  const full =
    isHeldBack(mail.rank) && (await quotasOf(mail.tenantKey)).find(isUsedUp(classOfRank(mail.rank)))
  if (full) return { what: 'quota', window: full.window, limit: full.limit }
  return { what: 'turn', ahead: row?.ahead ?? 0 }
}

const isUsedUp =
  (wanted: TenantUse['class']) =>
  ({ class: of, used, limit }: TenantUse): boolean =>
    of === wanted && used >= limit

/** Why a mail that waits is to go by the servers that it waits for; null where that is a matter of course. */
export async function routeOfWaiting(
  viewer: Viewer,
  { id }: Pick<OutboundMail, 'id'>,
): Promise<MailRoute | null> {
  const [row] = await db().$queryRaw<{ route: MailRoute | null }[]>`
    SELECT ${routeOf} AS route FROM "OutboundMail" claimed
    WHERE id = ${id}::uuid AND "tenantId" = coalesce(${visibleTenant(viewer).tenantId ?? null}::uuid, "tenantId")`
  return row?.route ?? null
}

export type MailRoute = 'own' | 'fell-back' | 'no-own'

/** What holds up all mails of the installation's servers, or null while they go. @throws Refusal not-allowed */
export const holdOf = (viewer: Viewer): Promise<Hold | null> => holdIn(viewer, null)

/** @param tenantId whose servers they are; null for the installation's */
async function holdIn(viewer: Viewer, tenantId: string | null): Promise<Hold | null> {
  visibleTenant(viewer)
  const pause = await outboxPause(viewer)
  if (pause) return { what: 'paused', since: pause.at, by: pause.by }
  if (!(await workerAlive())) return { what: 'no-worker' }
  const servers = await serversInUse(db(), { tenantId })
  if (servers.length === 0) return { what: tenantId === null ? 'no-mail-server' : 'no-own-server' }
  const open = servers.filter(server => stateOf(server).state === 'sending')
  if (open.length === 0)
    return {
      what: tenantId === null ? 'servers' : 'own-servers',
      servers:
        (visibleTenant(viewer).tenantId ?? null) === tenantId
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
