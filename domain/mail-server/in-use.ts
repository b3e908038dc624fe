// Which mail servers take mail. The built-in inbox is for evaluation: it delivers to nobody, so it takes mail only
// while no other server was ever saved, whatever has become of that one since. What is sent to it by hand, as a
// test, is not asked for here.
import { inboxPort } from '@/domain/inbox/inbox'
import { mailServerSettings } from '@/domain/smtp/settings'
import type { MailServer, MailServerUse, MailServerVersion } from '@/generated/prisma/client'
import { db, type Tx } from '@/lib/db'
import { enabling, isEnabled, ofInstallation, type Scope } from './scope'
import { type ServerState, stateOf } from './server-state'

export type ServerInUse = MailServer & { version: MailServerVersion; use: MailServerUse | null }

/** The enabled servers that mail leaves through, each with the version in force, the primary first. */
export async function serversInUse(
  tx: Tx = db(),
  { tenantId }: Scope = ofInstallation,
): Promise<ServerInUse[]> {
  const servers = await tx.mailServer.findMany({ where: { tenantId, ...saved }, ...withVersion })
  return inUse(servers)
}

/** The same of every tenant that may have servers, by tenant. */
export async function tenantServersInUse(tx: Tx = db()): Promise<Map<string, ServerInUse[]>> {
  const servers = await tx.mailServer.findMany({
    where: { tenant: { mailPolicy: { servers: { not: 'system' } } }, tenantEnabled: true, ...saved },
    ...withVersion,
  })
  const byTenant = new Map<string, ServerInUse[]>()
  for (const server of inUse(servers)) {
    const tenantId = server.tenantId ?? ''
    byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), server])
  }
  return byTenant
}

const saved = { versions: { some: { state: 'active' as const } } }
const withVersion = {
  orderBy: { position: 'asc' },
  include: { versions: { where: { state: 'active' }, take: 1 }, use: true },
} as const

type Saved = MailServer & { versions: MailServerVersion[]; use: MailServerUse | null }

function inUse(servers: Saved[]): ServerInUse[] {
  const evaluating = servers.every(({ builtin }) => builtin)
  return servers.flatMap(({ versions: [version], ...server }) =>
    isEnabled(server) && version && (evaluating || !server.builtin) ? [{ ...server, version }] : [],
  )
}

/** How many servers of tenants that may send are in which state; whose they are is nothing for others. */
export async function countTenantServers(): Promise<Record<ServerState['state'], number>> {
  const states = [...(await tenantServersInUse()).values()].flat().map(server => stateOf(server).state)
  const of = (state: ServerState['state']) => states.filter(each => each === state).length
  return { sending: of('sending'), broken: of('broken'), paused: of('paused') }
}

/** How many servers were saved beside the built-in inbox, enabled or not. */
export const countMailServers = (tx: Tx = db(), { tenantId }: Scope = ofInstallation): Promise<number> =>
  tx.mailServer.count({ where: { tenantId, builtin: false, ...saved } })

/** Whether a server was saved beside the built-in inbox. */
export const isInEarnest = async (tx: Tx, scope: Scope): Promise<boolean> =>
  (await countMailServers(tx, scope)) > 0

/** Whether mail leaves through one of the installation's servers that is not the built-in inbox. */
export const sendsInEarnest = async (): Promise<boolean> =>
  (await db().mailServer.count({
    where: { ...ofInstallation, ...enabling(ofInstallation, true), builtin: false, ...saved },
  })) > 0

/** What the installation calls the built-in inbox. */
export const inboxName = 'Built-in inbox'

export type Address = { host: string; port: number }

/** Whether mail for a server would arrive at the built-in inbox, where that is open now. */
export const pointsAtInbox = ({ host, port }: Address): boolean =>
  port === inboxPort() && thisMachine.includes(host.toLowerCase())

const thisMachine = ['127.0.0.1', 'localhost', '::1', '[::1]']

/** Knows the inbox, which is open, in whatever points there: somebody may have made it in an older version. */
export async function knowInbox(): Promise<void> {
  const versions = await db().mailServerVersion.findMany({
    where: { state: 'active', mailServer: { builtin: false, tenantId: null } },
    select: { mailServerId: true, settings: true },
  })
  const there = versions.filter(({ settings }) => pointsAtInbox(mailServerSettings.parse(settings)))
  const ids = there.map(({ mailServerId }) => mailServerId)
  if (ids.length > 0)
    await db().mailServer.updateMany({ where: { id: { in: ids } }, data: { builtin: true } })
}

/** Whether what goes through a version ends in the built-in inbox. */
export const isInbox = async ({ id, settings }: { id: string; settings: Address }): Promise<boolean> =>
  pointsAtInbox(settings) ||
  (await db().mailServerVersion.count({ where: { id, mailServer: { builtin: true } } })) > 0
