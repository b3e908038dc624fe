// Versions of mail servers: what is tested, what is active, what was. A version never changes; its
// secrets are sealed in its own row.
import { randomUUID } from 'node:crypto'
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import type { MailServerVersion } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, type Tx } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import {
  connectionKey,
  type MailServerSecrets,
  type MailServerSettings,
  mailServerSettings,
  proxyKey,
} from './settings'

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
  /** The version that the form was filled from; its secrets may be kept. */
  baseVersionId: string | null
}

/** What the settings page shows of a server: never a secret, only whether one is stored. */
export type MailServerView = {
  versionId: string
  name: string
  settings: MailServerSettings
  passwordStored: boolean
  proxyPasswordStored: boolean
  test: { at: Date; result: string; cause: string | null } | null
  savedAt: Date | null
}

/** The active version of the primary mail server, or null while there is none. */
export async function activeVersion(): Promise<UsableVersion | null> {
  const row = await primary(db())
  return row && usable(row)
}

/** @throws Refusal mail-server-gone */
export async function readVersion(id: string): Promise<UsableVersion> {
  const row = await db().mailServerVersion.findUnique({ where: { id } })
  if (!row) throw new Refusal('mail-server-gone')
  return usable(row)
}

/** The primary mail server for the settings page, or null while there is none. */
export async function readMailServer(viewer: Viewer): Promise<MailServerView | null> {
  requireSystemAdministrator(viewer)
  const row = await primary(db())
  return row && view(row)
}

/**
 * Keeps what the form holds as a candidate, to be tested before it is saved. A second test of the same
 * settings uses the same candidate.
 * @throws Refusal password-needed, password-needed-again (and the same for the proxy)
 */
export async function createCandidate(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
): Promise<UsableVersion> {
  requireSystemAdministrator(viewer)
  await takeTurns(tx)
  const base = await readBase(tx, input)
  const secrets = keptSecrets(input, base)
  if (base && base.state !== 'retired' && same(usable(base), { ...input, secrets })) return usable(base)
  return usable(await insert(tx, viewer, input, secrets))
}

/**
 * Makes what the form holds the active version of the primary mail server; the one before it retires.
 * @throws Refusal password-needed, password-needed-again (and the same for the proxy)
 */
export async function saveMailServer(
  tx: Tx,
  viewer: Viewer,
  input: MailServerInput,
): Promise<MailServerView> {
  requireSystemAdministrator(viewer)
  await takeTurns(tx)
  const before = await primary(tx)
  const candidate = await createCandidate(tx, viewer, input)
  if (candidate.id !== before?.id) {
    await tx.mailServerVersion.updateMany({
      where: { state: 'active', mailServer: { versions: { some: { id: candidate.id } } } },
      data: { state: 'retired', retiredAt: now() },
    })
    await tx.mailServerVersion.update({
      where: { id: candidate.id },
      data: { state: 'active', activatedAt: now(), mailServer: { update: { name: candidate.name } } },
    })
    await record(
      tx,
      viewer,
      before ? 'mail-server.changed' : 'mail-server.created',
      { type: 'mail-server', id: candidate.id, label: candidate.name },
      {
        before: before ? audited(usable(before)) : undefined,
        after: audited(candidate, before && usable(before)),
      },
    )
  }
  const row = await primary(tx)
  if (!row) throw new Error('the version that was just saved is not there')
  return view(row)
}

/**
 * Two who save at once take turns, so that one version is active, and the first two saves do not make
 * two servers. Any number will do that nobody else uses.
 */
const takeTurns = (tx: Tx) => tx.$executeRaw`SELECT pg_advisory_xact_lock(5118415)`

/** Notes how the test of a version ended. */
export async function recordTest(tx: Tx, id: string, result: string, cause: string | null): Promise<void> {
  await tx.mailServerVersion.updateMany({
    where: { id },
    data: { testedAt: now(), testResult: result, testCause: cause },
  })
}

const primary = (tx: Tx) =>
  tx.mailServerVersion.findFirst({ where: { state: 'active' }, orderBy: { mailServer: { position: 'asc' } } })

const readBase = (tx: Tx, input: MailServerInput) =>
  input.baseVersionId ? tx.mailServerVersion.findUnique({ where: { id: input.baseVersionId } }) : primary(tx)

/**
 * A stored secret only goes where it was entered for: whoever may edit the settings must not be able to
 * send it to a server of their own. So it is kept only while host, port, encryption and username stay.
 */
function keptSecrets(input: MailServerInput, base: MailServerVersion | null): MailServerSecrets {
  const { settings, secrets } = input
  const stored = base && usable(base)
  const keep = (
    needed: boolean,
    typed: string | null,
    kept: string | null | undefined,
    unchanged: boolean,
    field: string,
  ) => {
    if (!needed || typed) return needed ? typed : null
    if (!kept) return null
    if (!unchanged) throw new Refusal('password-needed-again', { field })
    return kept
  }
  const password = keep(
    settings.authentication === 'password',
    secrets.password,
    stored?.secrets.password,
    stored !== null && connectionKey(stored.settings) === connectionKey(settings),
    'password',
  )
  if (settings.authentication === 'password' && !password)
    throw new Refusal('password-needed', { field: 'password' })
  const proxyPassword = keep(
    Boolean(settings.proxy?.username),
    secrets.proxyPassword,
    stored?.secrets.proxyPassword,
    stored !== null && proxyKey(stored.settings) === proxyKey(settings),
    'proxyPassword',
  )
  return { password, proxyPassword }
}

async function insert(tx: Tx, viewer: Viewer, input: MailServerInput, secrets: MailServerSecrets) {
  const server =
    (await tx.mailServer.findFirst({ orderBy: { position: 'asc' } })) ??
    (await tx.mailServer.create({ data: { name: input.name, position: 1 } }))
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
      sealedPassword: secrets.password && keyring().seal(secrets.password, place(id, 'sealedPassword')),
      sealedProxyPassword:
        secrets.proxyPassword && keyring().seal(secrets.proxyPassword, place(id, 'sealedProxyPassword')),
      createdById: viewer.id,
      createdAt: now(),
    },
  })
}

type SealedColumn = 'sealedPassword' | 'sealedProxyPassword'

const place = (id: string, column: SealedColumn) => `MailServerVersion.${column}:${id}`

function usable(row: MailServerVersion): UsableVersion {
  const open = (column: SealedColumn) => row[column] && keyring().open(row[column], place(row.id, column))
  return {
    id: row.id,
    name: row.name,
    settings: mailServerSettings.parse(row.settings),
    secrets: { password: open('sealedPassword'), proxyPassword: open('sealedProxyPassword') },
  }
}

const view = (row: MailServerVersion): MailServerView => ({
  versionId: row.id,
  name: row.name,
  settings: mailServerSettings.parse(row.settings),
  passwordStored: row.sealedPassword !== null,
  proxyPasswordStored: row.sealedProxyPassword !== null,
  test: row.testedAt && { at: row.testedAt, result: row.testResult ?? '', cause: row.testCause },
  savedAt: row.activatedAt,
})

/** In any order of keys: the database does not keep the order of a JSON object. */
const canonical = ({ name, settings, secrets }: Omit<UsableVersion, 'id'>) =>
  JSON.stringify([
    name,
    Object.entries(mailServerSettings.parse(settings)),
    secrets.password,
    secrets.proxyPassword,
  ])

const same = (one: Omit<UsableVersion, 'id'>, other: Omit<UsableVersion, 'id'>) =>
  canonical(one) === canonical(other)

/** What the audit keeps of a version: its settings, and of a secret only whether it changed. */
function audited(version: UsableVersion, before?: UsableVersion | null) {
  const changed = version.secrets.password !== (before?.secrets.password ?? null)
  return {
    name: version.name,
    ...version.settings,
    ...(changed && before !== undefined && { password: 'changed' }),
  }
}
