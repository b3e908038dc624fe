// Which mail servers take mail. The built-in inbox is for evaluation: it delivers to nobody, so it takes mail only
// while no other server was ever saved, whatever has become of that one since. What is sent to it by hand, as a
// test, is not asked for here.
import type { MailServer, MailServerUse, MailServerVersion } from '@/generated/prisma/client'
import { db, type Tx } from '@/lib/db'
import { env } from '@/lib/env'

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

/** Whether mail for a server would arrive at the built-in inbox of this installation. */
export function pointsAtInbox({ host, port }: { host: string; port: number }): boolean {
  const { inboxSmtpPort } = env()
  return inboxSmtpPort > 0 && port === inboxSmtpPort && ['127.0.0.1', 'localhost', '::1'].includes(host)
}

/** Whether a version is one of the built-in inbox. */
export const isInbox = async (versionId: string): Promise<boolean> =>
  (await db().mailServerVersion.count({ where: { id: versionId, mailServer: { builtin: true } } })) > 0
