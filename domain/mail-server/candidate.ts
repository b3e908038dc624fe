// Candidates: what a form holds, kept as a version so that it can be tested before it is saved.
import { randomUUID } from 'node:crypto'
import type { MailServerSecrets, MailServerSettings } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import type { MailServerVersion } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { rowId, type Tx, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { Refusal } from '@/lib/refusal'
import { mostServersOfTenant, placedIn, type Scope, scopeOf } from './scope'
import { comparable, sealed, secretsFor } from './secrets'
import { type MailServerView, primary, settingsOf, type UsableVersion, usable, view } from './versions'

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

/**
 * Keeps what the form holds as a candidate, to be tested before it is saved. A second test of the same
 * settings uses the same candidate.
 * @throws Refusal SECRET-needed, SECRET-needed-again (with SECRET as password, proxy-password, client-secret, refresh-token), mail-server-gone,
 *   mail-servers-enough
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

/** The version that holds the input, and the one that it was filled from. */
export async function candidateFor(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  allow?: { connecting: boolean },
): Promise<{ candidate: MailServerVersion; base: MailServerVersion | null }> {
  const scope = await scopeOf(viewer, tx)
  await takeTurns(tx)
  const base = await readBase(tx, input, scope)
  const stored = base && { ...base, settings: settingsOf(base) }
  const secrets = secretsFor(input, stored, allow)
  const unchanged = base && base.state !== 'retired' && same(contentOf(base), { ...input, secrets })
  const candidate = unchanged ? base : await insert(tx, viewer, input, secrets, base, scope)
  return { candidate, base }
}

/**
 * Two who save at once take turns, so that one version is active, and the first two saves do not make
 * two servers.
 */
export const takeTurns = (tx: Tx) =>
  tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.mailServers}::bigint)`

async function readBase(tx: Tx, input: MailServerInput, scope: Scope): Promise<MailServerVersion | null> {
  if (!input.baseVersionId) return input.newServer ? null : primary(tx, scope)
  const base = await tx.mailServerVersion.findFirst({
    where: { id: rowId(input.baseVersionId), mailServer: scope },
  })
  if (!base) throw new Refusal('mail-server-gone')
  return base
}

async function insert(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
  secrets: MailServerSecrets,
  base: MailServerVersion | null,
  scope: Scope,
): Promise<MailServerVersion> {
  const server = await serverFor(tx, input, base, scope)
  const last = await tx.mailServerVersion.aggregate({
    where: { mailServerId: server.id },
    _max: { number: true },
  })
  const id = randomUUID()
  return tx.mailServerVersion.create({
    data: {
      id,
      mailServerId: server.id,
      number: (last._max.number ?? 0) + 1,
      name: input.name,
      settings: input.settings,
      ...sealed(id, secrets),
      enteredRefreshToken:
        base && secrets.refreshToken === comparable(base).refreshToken ? base.enteredRefreshToken : null,
      createdById: viewer.id,
      createdBy: viewer.email,
      createdAt: now(),
    },
  })
}

/**
 * The server of the base, or a new one behind those there are. The built-in inbox stays what it is: where its
 * form is given another address, that is another server.
 */
async function serverFor(
  tx: Tx,
  { name, newServer, settings }: MailServerInput,
  base: MailServerVersion | null,
  scope: Scope,
): Promise<{ id: string }> {
  const server = base && (await tx.mailServer.findUniqueOrThrow({ where: { id: base.mailServerId } }))
  if (server && !(server.builtin && movesAway(settingsOf(base), settings))) return server
  const others = await tx.mailServer.findMany({
    where: { ...scope, builtin: false },
    orderBy: { position: 'asc' },
  })
  if (others[0] && !newServer && !server) return others[0]
  if (scope.tenantId !== null && others.length >= mostServersOfTenant)
    throw new Refusal('mail-servers-enough', { values: { most: mostServersOfTenant } })
  const last = await tx.mailServer.aggregate({ where: scope, _max: { position: true } })
  return tx.mailServer.create({
    data: { name, ...placedIn(scope), position: (last._max.position ?? 0) + 1 },
  })
}

/** Whether mail would go to another place. */
export const movesAway = (from: MailServerSettings, to: MailServerSettings): boolean =>
  from.host !== to.host || from.port !== to.port

type Content = Omit<UsableVersion, 'id'>

export const contentOf = (row: MailServerVersion): Content => ({
  name: row.name,
  settings: settingsOf(row),
  secrets: comparable(row),
})

const same = (one: Content, other: Content) =>
  canonical([one.name, one.settings, one.secrets]) === canonical([other.name, other.settings, other.secrets])

/** In any order of keys: the database does not keep the order of a JSON object. */
const canonical = (content: unknown): string =>
  JSON.stringify(content, (_key, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )

/** Equal in everything that a test mail can tell about. */
export const sameTransport = (one: Content, other: Content) =>
  same({ ...one, name: '', settings: bare(one) }, { ...other, name: '', settings: bare(other) })

const bare = ({ settings }: Content): MailServerSettings => ({ ...settings, provider: '', replyTo: null })
