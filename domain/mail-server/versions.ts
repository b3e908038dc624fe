// Versions of mail servers: what is tested, what is active, what was. A version never changes; its
// secrets are sealed in its own row.
import { randomUUID } from 'node:crypto'
import { record } from '@/domain/audit/audit'
import {
  type MailServerSecrets,
  type MailServerSettings,
  mailServerSettings,
  type SecretName,
  secretKey,
  secretNames,
  secretsUsed,
} from '@/domain/smtp/settings'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import type { MailServer, MailServerVersion } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { locks } from '@/lib/locks'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import type { SealedColumn } from '@/lib/sealed-column'
import { closedBreaker } from './breaker'

export type UsableVersion = {
  id: string
  name: string
  settings: MailServerSettings
  secrets: MailServerSecrets
}

export type MailServerInput = {
  name: string
  settings: MailServerSettings
  /** Empty: keep the stored one, if it may be kept. */
  secrets: MailServerSecrets
  /** The version that the form was filled from: it says which server is meant, and its secrets may be kept. Null: the primary. */
  baseVersionId: string | null
  /** Another server beside those there are. */
  newServer?: boolean
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

/** The active version of the primary mail server, or null while there is none. */
export async function activeVersion(): Promise<UsableVersion | null> {
  const row = await primary(db())
  return row && usable(row)
}

/** The active versions of all enabled mail servers, the primary first. */
export async function activeVersions(): Promise<UsableVersion[]> {
  const rows = await db().mailServerVersion.findMany({ where: inUse, orderBy: inOrder })
  return rows.map(usable)
}

/** A mail server that mail may leave through, with the version in force. */
export type SendingServer = { server: MailServer; version: UsableVersion }

/** All enabled mail servers that have settings in force, the primary first. */
export async function sendingServers(): Promise<SendingServer[]> {
  const rows = await db().mailServerVersion.findMany({
    where: inUse,
    orderBy: inOrder,
    include: { mailServer: true },
  })
  return rows.flatMap(({ mailServer, ...row }) => {
    try {
      return { server: mailServer, version: usable(row) }
    } catch (error) {
      // One server whose secret cannot be opened must not keep the others from sending.
      log.error({ server: row.name, error: String(error) }, 'a mail server cannot be used')
      return []
    }
  })
}

/** Any version, whatever its state; null once its server was deleted. */
export async function findVersion(id: string): Promise<UsableVersion | null> {
  const row = await db().mailServerVersion.findUnique({ where: { id } })
  return row && usable(row)
}

/** Those of the versions that are still there, without their secrets. */
export async function readVersions(ids: string[]): Promise<MailServerView[]> {
  return (await db().mailServerVersion.findMany({ where: { id: { in: ids } } })).map(view)
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
  requireSystemAdministrator(viewer)
  const row = await db().mailServerVersion.findFirst({
    where: versionId
      ? { id: rowId(versionId) }
      : mailServerId
        ? { mailServerId: rowId(mailServerId), state: { not: 'retired' } }
        : { state: 'active' },
    orderBy: [{ mailServer: { position: 'asc' } }, { state: 'desc' }, { number: 'desc' }],
  })
  if (!row && (versionId || mailServerId)) throw new Refusal('mail-server-gone')
  return row && view(row)
}

/**
 * Keeps what the form holds as a candidate, to be tested before it is saved. A second test of the same
 * settings uses the same candidate.
 * @throws Refusal SECRET-needed, SECRET-needed-again (with SECRET as password, proxy-password, client-secret, refresh-token), mail-server-gone
 */
export async function createCandidate(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
): Promise<UsableVersion> {
  return usable((await candidateFor(tx, viewer, input)).candidate)
}

/**
 * The same in a transaction of its own, for what is neither tested nor saved yet but must not be lost.
 * @param allow `connecting` for settings whose refresh token is about to be fetched
 */
export const keepCandidate = (
  viewer: Viewer,
  input: MailServerInput,
  allow: { connecting: boolean } = { connecting: false },
): Promise<MailServerView> =>
  transaction(async tx => view((await candidateFor(tx, viewer, input, allow)).candidate))

/**
 * Makes what the form holds the active version of its mail server; the one before it retires.
 * @param allow `untested` to save what no test mail has proven
 * @throws Refusal save-untested, save-failed (its test failed), and those of `createCandidate`
 */
export async function saveMailServer(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  allow: { untested: boolean } = { untested: false },
): Promise<MailServerView> {
  const { candidate, base } = await candidateFor(tx, viewer, input)
  const { mailServerId } = candidate
  const before = await tx.mailServerVersion.findFirst({ where: { mailServerId, state: 'active' } })
  if (candidate.id === before?.id) return view(before)
  if (!allow.untested) requireProof(candidate, before, base)
  if (before) {
    await tx.mailServerVersion.update({
      where: { id: before.id },
      data: { state: 'retired', retiredAt: now() },
    })
  }
  const saved = await tx.mailServerVersion.update({
    where: { id: candidate.id },
    data: {
      state: 'active',
      activatedAt: now(),
      mailServer: { update: { name: candidate.name, ...closedBreaker } },
    },
  })
  await record(
    tx,
    viewer,
    before ? 'mail-server.changed' : 'mail-server.created',
    { type: 'mail-server', id: mailServerId, label: candidate.name },
    {
      before: before ? audited(usable(before)) : undefined,
      after: audited(usable(candidate), before && usable(before)),
    },
  )
  return view(saved)
}

/**
 * Two who save at once take turns, so that one version is active, and the first two saves do not make
 * two servers.
 */
export const takeTurns = (tx: Tx) =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.mailServers}::bigint)`

/** Notes how the test of a version ended. */
export async function recordTest(tx: Tx, id: string, result: string, cause: string | null): Promise<void> {
  await tx.mailServerVersion.updateMany({
    where: { id },
    data: { testedAt: now(), testResult: result, testCause: cause },
  })
}

/** Keeps the refresh token that an OAuth server has given in place of the one before (RFC 6749 §6). */
export async function replaceRefreshToken(id: string, token: string): Promise<void> {
  await db().mailServerVersion.updateMany({
    where: { id },
    data: { sealedRefreshToken: keyring().seal(token, place(id, 'refreshToken')) },
  })
}

const inUse = { state: 'active' as const, mailServer: { enabled: true } }
const inOrder = { mailServer: { position: 'asc' as const } }

const primary = (tx: Tx) => tx.mailServerVersion.findFirst({ where: inUse, orderBy: inOrder })

async function readBase(tx: Tx, input: MailServerInput): Promise<MailServerVersion | null> {
  if (!input.baseVersionId) return input.newServer ? null : primary(tx)
  const base = await tx.mailServerVersion.findUnique({ where: { id: input.baseVersionId } })
  if (!base) throw new Refusal('mail-server-gone')
  return base
}

/** The version that holds the input, and the one that it was filled from. */
async function candidateFor(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  allow?: { connecting: boolean },
): Promise<{ candidate: MailServerVersion; base: MailServerVersion | null }> {
  requireSystemAdministrator(viewer)
  await takeTurns(tx)
  const base = await readBase(tx, input)
  const secrets = keptSecrets(input, base, allow)
  const unchanged = base && base.state !== 'retired' && same(usable(base), { ...input, secrets })
  const candidate = unchanged ? base : await insert(tx, viewer, input, secrets, base?.mailServerId)
  return { candidate, base }
}

/**
 * A stored secret only goes where it was entered for: whoever may edit the settings must not be able to
 * send it to a server of their own. So it is kept only while what `secretKey` names stays.
 */
function keptSecrets(
  input: MailServerInput,
  base: MailServerVersion | null,
  { connecting } = { connecting: false },
): MailServerSecrets {
  const { settings, secrets } = input
  const stored = base && usable(base)
  const used = secretsUsed(settings)
  const keep = (name: SecretName): string | null => {
    if (!used.includes(name) || secrets[name]) return used.includes(name) ? secrets[name] : null
    const kept = stored?.secrets[name]
    if (!kept) return null
    if (secretKey(name, stored.settings) !== secretKey(name, settings)) {
      if (connecting && name === 'refreshToken') return null
      throw new Refusal(`${codeOf[name]}-needed-again`, { field: name })
    }
    return kept
  }
  const kept = Object.fromEntries(secretNames.map(name => [name, keep(name)])) as MailServerSecrets
  // A proxy may want a name alone, and a public OAuth client has no secret (RFC 6749 §2.1).
  for (const name of ['password', 'refreshToken'] as const)
    if (used.includes(name) && !kept[name] && !(connecting && name === 'refreshToken'))
      throw new Refusal(`${codeOf[name]}-needed`, { field: name })
  if (settings.oauth?.grant === 'client-credentials' && !kept.clientSecret)
    throw new Refusal('client-secret-needed', { field: 'clientSecret' })
  return kept
}

const codeOf: Record<SecretName, string> = {
  password: 'password',
  proxyPassword: 'password',
  clientSecret: 'client-secret',
  refreshToken: 'refresh-token',
}

/** Refuses what no test mail has gone through, unless only words around it differ from what did. */
function requireProof(candidate: MailServerVersion, ...known: (MailServerVersion | null)[]) {
  if (candidate.testResult === 'accepted') return
  const proven = known.some(
    version =>
      version &&
      (version.state === 'active' || version.testResult === 'accepted') &&
      sameTransport(usable(version), usable(candidate)),
  )
  if (!proven) throw new Refusal(candidate.testResult ? 'save-failed' : 'save-untested')
}

async function insert(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  secrets: MailServerSecrets,
  mailServerId = '',
): Promise<MailServerVersion> {
  const server = await serverFor(tx, input, mailServerId)
  const last = await tx.mailServerVersion.aggregate({
    where: { mailServerId: server.id },
    _max: { number: true },
  })
  const id = randomUUID()
  const sealed = (name: SecretName) => secrets[name] && keyring().seal(secrets[name], place(id, name))
  return tx.mailServerVersion.create({
    data: {
      id,
      mailServerId: server.id,
      number: (last._max.number ?? 0) + 1,
      name: input.name,
      settings: input.settings,
      sealedPassword: sealed('password'),
      sealedProxyPassword: sealed('proxyPassword'),
      sealedClientSecret: sealed('clientSecret'),
      sealedRefreshToken: sealed('refreshToken'),
      createdById: viewer.id,
      createdBy: viewer.email,
      createdAt: now(),
    },
  })
}

/** The server of the base, or a new one behind those there are. */
async function serverFor(tx: Tx, { name, newServer }: MailServerInput, id: string): Promise<{ id: string }> {
  if (id) return { id }
  const last = await tx.mailServer.findFirst({ orderBy: { position: newServer ? 'desc' : 'asc' } })
  if (last && !newServer) return last
  return tx.mailServer.create({ data: { name, position: (last?.position ?? 0) + 1 } })
}

const sealedColumns = {
  password: 'sealedPassword',
  proxyPassword: 'sealedProxyPassword',
  clientSecret: 'sealedClientSecret',
  refreshToken: 'sealedRefreshToken',
} as const satisfies Record<SecretName, keyof MailServerVersion>

const place = (id: string, secret: SecretName) => `MailServerVersion.${sealedColumns[secret]}:${id}`

/** For a rotation of the keys. */
export const sealedSecrets: SealedColumn[] = secretNames.map(secret => ({
  table: 'MailServerVersion',
  column: sealedColumns[secret],
  place: id => place(id, secret),
}))

/** A version as a worker needs it, with its secrets open. */
export function usable(row: MailServerVersion): UsableVersion {
  const open = (name: SecretName) => {
    const sealed = row[sealedColumns[name]]
    return sealed && keyring().open(sealed, place(row.id, name))
  }
  return {
    id: row.id,
    name: row.name,
    settings: mailServerSettings.parse(row.settings),
    secrets: Object.fromEntries(secretNames.map(name => [name, open(name)])) as MailServerSecrets,
  }
}

export const view = (row: MailServerVersion): MailServerView => ({
  mailServerId: row.mailServerId,
  versionId: row.id,
  number: row.number,
  state: row.state,
  name: row.name,
  settings: mailServerSettings.parse(row.settings),
  stored: secretNames.filter(name => row[sealedColumns[name]] !== null),
  test: row.testedAt && { at: row.testedAt, result: row.testResult ?? '', cause: row.testCause },
  savedAt: row.activatedAt,
})

type Content = Omit<UsableVersion, 'id'>

/** In any order of keys: the database does not keep the order of a JSON object. */
const canonical = (content: unknown): string =>
  JSON.stringify(content, (_key, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )

const same = (one: Content, other: Content) =>
  canonical([one.name, one.settings, one.secrets]) === canonical([other.name, other.settings, other.secrets])

/** Equal in everything that a test mail can tell about. */
const sameTransport = (one: Content, other: Content) =>
  same({ ...one, name: '', settings: bare(one) }, { ...other, name: '', settings: bare(other) })

const bare = ({ settings }: Content): MailServerSettings => ({ ...settings, provider: '', replyTo: null })

/** What the audit keeps of a version: its settings, and of a secret only whether it changed. */
function audited(version: UsableVersion, before?: UsableVersion | null) {
  const changed = before ? secretNames.filter(name => version.secrets[name] !== before.secrets[name]) : []
  return {
    name: version.name,
    ...version.settings,
    ...Object.fromEntries(changed.map(name => [name, 'changed'])),
  }
}
