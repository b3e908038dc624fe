// The mail servers of an installation in their order: the first enabled one is the primary, the rest stand by.
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import type { MailServer } from '@/generated/prisma/client'
import { db, rowId, type Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { type MailServerView, takeTurns, view } from './versions'

export type ListedServer = {
  id: string
  name: string
  enabled: boolean
  /** `unsaved`: tested at most, nothing is active yet */
  role: 'primary' | 'standby' | 'disabled' | 'unsaved'
  /** What is active, or the newest candidate. */
  version: MailServerView
}

/** All mail servers in their order. @throws Refusal not-allowed */
export async function listMailServers(viewer: Viewer): Promise<ListedServer[]> {
  requireSystemAdministrator(viewer)
  const servers = await db().mailServer.findMany({
    orderBy: { position: 'asc' },
    include: {
      versions: {
        where: { state: { not: 'retired' } },
        orderBy: [{ state: 'desc' }, { number: 'desc' }],
        take: 1,
      },
    },
  })
  let primaryFound = false
  return servers.flatMap(({ id, name, enabled, versions: [version] }) => {
    if (!version) return []
    const sends = enabled && version.state === 'active'
    const first = sends && !primaryFound
    primaryFound ||= first
    const role = first ? 'primary' : sends ? 'standby' : version.state === 'active' ? 'disabled' : 'unsaved'
    return [
      { id, name: version.state === 'active' ? name : version.name, enabled, role, version: view(version) },
    ]
  })
}

/** Puts a server one place nearer to being the primary, or one further. @throws Refusal mail-server-gone */
export async function moveMailServer(tx: Tx, viewer: Viewer, id: string, to: 'up' | 'down'): Promise<void> {
  const server = await changeable(tx, viewer, id)
  const neighbour = await tx.mailServer.findFirst({
    where: { position: to === 'up' ? { lt: server.position } : { gt: server.position } },
    orderBy: { position: to === 'up' ? 'desc' : 'asc' },
  })
  if (!neighbour) return
  await tx.mailServer.update({ where: { id }, data: { position: neighbour.position } })
  await tx.mailServer.update({ where: { id: neighbour.id }, data: { position: server.position } })
  await told(tx, viewer, server, 'mail-server.moved', { direction: to })
}

/** Lets mail leave through a server, or no longer. @throws Refusal mail-server-gone */
export async function setMailServerEnabled(
  tx: Tx,
  viewer: Viewer,
  id: string,
  enabled: boolean,
): Promise<void> {
  const server = await changeable(tx, viewer, id)
  if (server.enabled === enabled) return
  await tx.mailServer.update({ where: { id }, data: { enabled } })
  await told(tx, viewer, server, enabled ? 'mail-server.enabled' : 'mail-server.disabled')
}

/** Deletes a server with all its versions and their secrets; the mails it has carried keep its name. */
export async function deleteMailServer(tx: Tx, viewer: Viewer, id: string): Promise<void> {
  const server = await changeable(tx, viewer, id)
  await tx.mailServer.delete({ where: { id } })
  await told(tx, viewer, server, 'mail-server.deleted')
}

async function changeable(tx: Tx, viewer: Viewer, id: string): Promise<MailServer> {
  requireSystemAdministrator(viewer)
  await takeTurns(tx)
  const server = await tx.mailServer.findUnique({ where: { id: rowId(id) } })
  if (!server) throw new Refusal('mail-server-gone')
  return server
}

const told = (
  tx: Tx,
  viewer: Viewer,
  { id, name }: MailServer,
  action: string,
  after?: { direction: string },
) => record(tx, viewer, action, { type: 'mail-server', id, label: name }, { after })
