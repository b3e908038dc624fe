// Versions of mail servers: what is tested, what is active, what was. A version never changes; its
// secrets are sealed in its own row.

import {
  type MailServerSecrets,
  type MailServerSettings,
  mailServerSettings,
  type SecretName,
} from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import type { MailServer, MailServerVersion } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, rowId, type Tx } from '@/lib/db'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import { type ServerInUse, serversInUse, tenantServersInUse } from './in-use'
import { type Scope, scopeOf } from './scope'
import { opened, storedIn } from './secrets'

export type UsableVersion = {
  id: string
  name: string
  settings: MailServerSettings
  secrets: MailServerSecrets
}

/** What the settings page shows of a version: never a secret, only whether one is stored. */
export type MailServerView = {
  mailServerId: string
  versionId: string
  number: number
  state: 'candidate' | 'active' | 'retired'
  name: string
  settings: MailServerSettings
  stored: SecretName[]
  test: { at: Date; result: string; cause: string | null } | null
  savedAt: Date | null
}

/** A mail server that mail may leave through, with the version in force. */
export type SendingServer = { server: MailServer; version: UsableVersion }

/** All enabled mail servers that have settings in force, the primary first. */
export const sendingServers = async (): Promise<SendingServer[]> => opening(await serversInUse())

/** The same of the tenants that may have their own, by tenant. */
export async function tenantSendingServers(): Promise<Map<string, SendingServer[]>> {
  const servers = [...(await tenantServersInUse())]
  return new Map(servers.map(([tenantId, servers]) => [tenantId, opening(servers)]))
}

function opening(servers: ServerInUse[]): SendingServer[] {
  return servers.flatMap(({ version, ...server }) => {
    try {
      return { server, version: usable(version) }
    } catch (error) {
      // One server whose secret cannot be opened must not keep the others from sending.
      log.error({ server: version.name, error: String(error) }, 'a mail server cannot be used')
      return []
    }
  })
}

/** Any version, whatever its state, and whose it is; null once its server was deleted. */
export async function findVersion(id: string): Promise<(UsableVersion & Scope) | null> {
  const row = await db().mailServerVersion.findUnique({
    where: { id },
    include: { mailServer: { select: { tenantId: true } } },
  })
  return row && { ...usable(row), ...row.mailServer }
}

/** Those of the versions that are still there and of the scope, without their secrets. */
export async function readVersions(ids: string[], scope: Scope): Promise<MailServerView[]> {
  const rows = await db().mailServerVersion.findMany({ where: { id: { in: ids }, mailServer: scope } })
  return rows.map(view)
}

/**
 * What the form starts with: the version asked for, or what is active at the server asked for (its newest
 * candidate if nothing was ever saved), or the first server. Null while there is no server.
 * @throws Refusal mail-server-gone
 */
export async function readMailServer(
  viewer: Viewer,
  { mailServerId, versionId }: { mailServerId?: string; versionId?: string } = {},
): Promise<MailServerView | null> {
  const mailServer = await scopeOf(viewer)
  const row = await db().mailServerVersion.findFirst({
    where: {
      mailServer,
      ...(versionId
        ? { id: rowId(versionId) }
        : mailServerId
          ? { mailServerId: rowId(mailServerId), state: { not: 'retired' } }
          : { state: 'active' }),
    },
    orderBy: [
      { mailServer: { builtin: 'asc' } },
      { mailServer: { position: 'asc' } },
      { state: 'desc' },
      { number: 'desc' },
    ],
  })
  if (!row && (versionId || mailServerId)) throw new Refusal('mail-server-gone')
  return row && view(row)
}

/** Notes how the test of a version ended. */
export async function recordTest(tx: Tx, id: string, result: string, cause: string | null): Promise<void> {
  await tx.mailServerVersion.updateMany({
    where: { id },
    data: { testedAt: now(), testResult: result, testCause: cause },
  })
}

/** The active version of the primary mail server. */
export const primary = async (tx: Tx, scope?: Scope): Promise<MailServerVersion | null> =>
  (await serversInUse(tx, scope))[0]?.version ?? null

/** A version as a worker needs it, with its secrets open. @throws KeyringError if one cannot be opened */
export const usable = (row: MailServerVersion): UsableVersion => ({
  id: row.id,
  name: row.name,
  settings: settingsOf(row),
  secrets: opened(row),
})

export const settingsOf = ({ settings }: Pick<MailServerVersion, 'settings'>): MailServerSettings =>
  mailServerSettings.parse(settings)

export const view = (row: MailServerVersion): MailServerView => ({
  mailServerId: row.mailServerId,
  versionId: row.id,
  number: row.number,
  state: row.state,
  name: row.name,
  settings: settingsOf(row),
  stored: storedIn(row),
  test: row.testedAt && { at: row.testedAt, result: row.testResult ?? '', cause: row.testCause },
  savedAt: row.activatedAt,
})
