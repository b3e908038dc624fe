// The mail servers of an installation or a tenant in their order: the first enabled one is the primary, the rest stand by.
import type { AuditAction } from '@/domain/audit/actions'
import { record } from '@/domain/audit/audit'
import { refuseDeclared, requireFreshProof, type Viewer } from '@/domain/viewer'
import type { MailServer } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { closedBreaker } from './breaker'
import { takeTurns } from './candidate'
import { isInEarnest, serversInUse } from './in-use'
import type { Limits } from './limits'
import { enabling, isEnabled, type Scope, scopeOf } from './scope'
import { type ServerState, stateOf } from './server-state'
import { type MailServerView, view } from './versions'

export type ListedServer = {
  id: string
  name: string
  enabled: boolean
  /**
   * `unsaved`: tested at most, nothing is active yet. `evaluation`: the built-in inbox beside a server that was
   * saved: it takes nothing but tests.
   */
  role: 'primary' | 'standby' | 'disabled' | 'unsaved' | 'evaluation'
  /** What is active, or the newest candidate. */
  version: MailServerView
  limits: ServerLimits
  /** When the version was made, or tested last */
  touchedAt: Date
  /** It is the built-in inbox, which delivers to nobody. */
  builtin: boolean
  /** It is declared from outside, and changed there. */
  declared: boolean
} & ServerState

/** How many connections may be open at once, and how many mails may go; all workers together. */
export type ServerLimits = Limits & Pick<MailServer, 'maxConnections'>

const limitsOf = ({ maxConnections, maxPerSecond, maxPerMinute, maxPerDay }: MailServer): ServerLimits => ({
  maxConnections,
  maxPerSecond,
  maxPerMinute,
  maxPerDay,
})

/** All mail servers in their order: those that mail may leave through come first. @throws Refusal not-allowed */
export async function listMailServers(viewer: Viewer): Promise<ListedServer[]> {
  const scope = await scopeOf(viewer)
  const inUse = (await serversInUse(db(), scope)).map(({ id }) => id)
  const servers = await db().mailServer.findMany({
    where: scope,
    orderBy: [{ builtin: 'asc' }, { position: 'asc' }],
    include: {
      versions: {
        where: { state: { not: 'retired' } },
        orderBy: [{ state: 'desc' }, { number: 'desc' }],
        take: 1,
      },
    },
  })
  const listed = servers.flatMap((server): ListedServer[] => {
    const {
      id,
      name,
      versions: [version],
    } = server
    const enabled = isEnabled(server)
    if (!version) return []
    const place = inUse.indexOf(id)
    const idle = enabled && server.builtin ? 'evaluation' : 'disabled'
    const role =
      version.state !== 'active' ? 'unsaved' : place < 0 ? idle : place === 0 ? 'primary' : 'standby'
    return [
      {
        id,
        name: version.state === 'active' ? name : version.name,
        enabled,
        role,
        version: view(version),
        limits: limitsOf(server),
        touchedAt: version.testedAt ?? version.createdAt,
        builtin: server.builtin,
        declared: server.declared,
        ...stateOf(server),
      },
    ]
  })
  // What is switched off has no rank; switched on again it is back in its place. The inbox comes last.
  const off = ({ role }: ListedServer) => role === 'disabled'
  const place = (server: ListedServer) => (server.builtin ? 2 : off(server) ? 1 : 0)
  return listed.sort((one, other) => place(one) - place(other))
}

/** Puts a server one place nearer to being the primary, or one further, past those that are switched off. @throws Refusal mail-server-gone, prove-yourself, declared */
export async function moveMailServer(tx: Tx, viewer: Viewer, id: string, to: 'up' | 'down'): Promise<void> {
  const server = await changeable(tx, viewer, id, { fresh: true })
  const neighbour = await tx.mailServer.findFirst({
    where: {
      ...scopeIn(server),
      builtin: false,
      ...enabling(server, true),
      versions: { some: { state: 'active' } },
      position: to === 'up' ? { lt: server.position } : { gt: server.position },
    },
    orderBy: { position: to === 'up' ? 'desc' : 'asc' },
  })
  if (!neighbour || server.builtin || !isEnabled(server)) return
  refuseDeclared(viewer, neighbour)
  await tx.mailServer.update({ where: { id }, data: { position: neighbour.position } })
  await tx.mailServer.update({ where: { id: neighbour.id }, data: { position: server.position } })
  await told(tx, viewer, server, 'mail-server.moved', { after: { direction: to } })
}

/** Lets mail leave through a server, or no longer. @throws Refusal mail-server-gone, prove-yourself, declared */
export async function setMailServerEnabled(
  tx: Tx,
  viewer: Viewer,
  id: string,
  enabled: boolean,
): Promise<void> {
  const server = await changeable(tx, viewer, id, { fresh: true })
  if (isEnabled(server) === enabled) return
  await tx.mailServer.update({ where: { id }, data: enabling(server, enabled) })
  await told(tx, viewer, server, enabled ? 'mail-server.enabled' : 'mail-server.disabled')
}

/** Lets no mail through a server for now, or again; the others take over. @throws Refusal mail-server-gone */
export async function setMailServerPaused(
  tx: Tx,
  viewer: Viewer,
  id: string,
  paused: boolean,
): Promise<void> {
  const server = await changeable(tx, viewer, id)
  if ((server.pausedAt !== null) === paused) return
  const data = paused ? { pausedAt: now(), pausedBy: viewer.email } : { pausedAt: null, pausedBy: null }
  await tx.mailServer.update({ where: { id }, data })
  await told(tx, viewer, server, paused ? 'mail-server.paused' : 'mail-server.resumed')
}

/** Hands mail to a server again without waiting for its next probe. @throws Refusal mail-server-gone */
export async function closeServerBreaker(tx: Tx, viewer: Viewer, id: string): Promise<void> {
  const server = await changeable(tx, viewer, id)
  if (!server.breakerOpenedAt) return
  await tx.mailServer.update({ where: { id }, data: closedBreaker })
  await told(tx, viewer, server, 'mail-server.tried', { before: { cause: server.breakerCause } })
}

/** Says how much a server may be asked to do. @throws Refusal mail-server-gone */
export const setServerLimits = (viewer: Viewer, id: string, limits: ServerLimits): Promise<void> =>
  transaction(async tx => {
    const server = await changeable(tx, viewer, id)
    await tx.mailServer.update({ where: { id }, data: limits })
    await told(tx, viewer, server, 'mail-server.limits-changed', { before: limitsOf(server), after: limits })
  })

/**
 * Deletes a server with all its versions and their secrets; the mails it has carried keep its name. With the last
 * that delivers to anybody the built-in inbox is switched off, until somebody wants to evaluate again: what waited
 * for the one that is gone waits for the next.
 * @throws Refusal mail-server-gone, prove-yourself, declared
 */
export async function deleteMailServer(tx: Tx, viewer: Viewer, id: string): Promise<void> {
  const server = await changeable(tx, viewer, id, { fresh: true })
  const scope = scopeIn(server)
  const wasSaved = await isInEarnest(tx, scope)
  await tx.mailServer.delete({ where: { id } })
  await told(tx, viewer, server, 'mail-server.deleted')
  if (!wasSaved || (await isInEarnest(tx, scope))) return
  for (const inbox of await tx.mailServer.findMany({ where: { ...scope, builtin: true, enabled: true } })) {
    await tx.mailServer.update({ where: { id: inbox.id }, data: { enabled: false } })
    await told(tx, viewer, inbox, 'mail-server.disabled')
  }
}

/** @param fresh whether it needs a fresh proof: what says where mail goes, not what holds it for now */
async function changeable(tx: Tx, viewer: Viewer, id: string, { fresh = false } = {}): Promise<MailServer> {
  const scope = await scopeOf(viewer, tx)
  if (fresh) requireFreshProof(viewer)
  await takeTurns(tx)
  const server = await tx.mailServer.findFirst({ where: { id: rowId(id), ...scope } })
  if (!server) throw new Refusal('mail-server-gone')
  if (fresh) refuseDeclared(viewer, server)
  return server
}

const scopeIn = ({ tenantId }: MailServer): Scope => ({ tenantId })

const told = (
  tx: Tx,
  viewer: Viewer,
  { id, name, tenantId }: MailServer,
  action: AuditAction,
  change?: Parameters<typeof record>[4],
) => record(tx, viewer, action, { type: 'mail-server', id, label: name, tenantId }, change)
