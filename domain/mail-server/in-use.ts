// Which mail servers take mail. The built-in inbox is for evaluation: it delivers to nobody, so it takes mail only
// while no other server was ever saved, whatever has become of that one since. What is sent to it by hand, as a
// test, is not asked for here.
import { inboxPort } from '@/domain/inbox/inbox'
import { mailServerSettings } from '@/domain/smtp/settings'
import type { MailServer, MailServerUse, MailServerVersion } from '@/generated/prisma/client'
import { db, type Tx } from '@/lib/db'

export type ServerInUse = MailServer & { version: MailServerVersion; use: MailServerUse | null }

/** The enabled servers that mail leaves through, each with the version in force, the primary first. */
export async function serversInUse(tx: Tx = db()): Promise<ServerInUse[]> {
  const servers = await tx.mailServer.findMany({
    where: { versions: { some: { state: 'active' } } },
    orderBy: { position: 'asc' },
    include: { versions: { where: { state: 'active' }, take: 1 }, use: true },
  })
  const evaluating = servers.every(({ builtin }) => builtin)
  return servers.flatMap(({ versions: [version], ...server }) =>
    server.enabled && version && (evaluating || !server.builtin) ? [{ ...server, version }] : [],
  )
}

/** How many servers were saved beside the built-in inbox, enabled or not. */
export const countMailServers = (tx: Tx = db()): Promise<number> =>
  tx.mailServer.count({ where: { builtin: false, versions: { some: { state: 'active' } } } })

/** Whether a server was saved beside the built-in inbox. */
export const isInEarnest = async (tx: Tx): Promise<boolean> => (await countMailServers(tx)) > 0

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
    where: { state: 'active', mailServer: { builtin: false } },
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
