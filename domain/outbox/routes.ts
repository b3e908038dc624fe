// What a worker needs to know before it may send: the servers in their order, and the keys that sign.
import { type SigningKey, signingKeys } from '@/domain/deliverability/signing'
import { type MailPolicies, readMailPolicies } from '@/domain/mail-server/tenant-policy'
import { type SendingServer, sendingServers, tenantSendingServers } from '@/domain/mail-server/versions'
import { db, sqlNow } from '@/lib/db'

export type Route = SendingServer & {
  keys: readonly SigningKey[]
  /** The senders that tenants have chosen on the installation's servers, by tenant */
  senders?: ReadonlyMap<string, string>
}

export type Routes = {
  /** Which state of the tables this is; a claim with an older one gets nothing. */
  revision: number
  paused: boolean
  /** What waits for a server is to be made due. */
  waking: boolean
  /** The primary first */
  servers: Route[]
  /** The same of the tenants that may have their own, by tenant */
  ofTenants: Map<string, Route[]>
  policies: MailPolicies
  /** The keys that sign the mails of a tenant's own servers, or of the installation's */
  keysOf(tenantId: string | null): readonly SigningKey[]
  /** How far the database's clock is ahead of ours, in milliseconds */
  clockAhead: number
}

/** Reads what stands in the database now. */
export async function readRoutes(): Promise<Routes> {
  // The revision first: what changes between this and the rest is then noticed by the next claim.
  const [control] = await db().$queryRaw<{ revision: number; paused: boolean; waking: boolean; at: Date }[]>`
    SELECT coalesce(max(revision), 0)::int AS revision, count("pausedAt") > 0 AS paused,
      count("wakingSince") > 0 AS waking, ${sqlNow()} AS at
    FROM "OutboxControl"`
  const [servers, keys, policies] = await Promise.all([sendingServers(), signingKeys(), readMailPolicies()])
  const own = policies.own.size > 0 ? await tenantSendingServers() : new Map<string, SendingServer[]>()
  const keysOf = (whose: string | null) => keys.filter(({ tenantId }) => (tenantId ?? null) === whose)
  const { senders } = policies
  return {
    revision: control?.revision ?? 0,
    paused: control?.paused ?? false,
    waking: control?.waking ?? false,
    servers: servers.map(server => ({ ...server, keys: keysOf(null), senders })),
    ofTenants: new Map(
      [...own].map(([tenantId, servers]) => [
        tenantId,
        servers.map(server => ({ ...server, keys: keysOf(tenantId) })),
      ]),
    ),
    policies,
    keysOf,
    clockAhead: control ? control.at.getTime() - Date.now() : 0,
  }
}

/** Whether mail may be handed to a server now: nobody paused it, and its breaker is closed. */
export const isOpen = ({ server }: Route): boolean => !server.pausedAt && !server.breakerOpenedAt

/** Whether its breaker is open and a probe is due. */
export const wantsProbe = ({ server }: Route, { clockAhead }: Routes): boolean =>
  !server.pausedAt &&
  server.breakerProbeAt !== null &&
  server.breakerProbeAt.getTime() <= Date.now() + clockAhead
