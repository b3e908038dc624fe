// Keys by which programs act as an administrator.
import { record } from '@/domain/audit/audit'
import {
  requireAdministrator,
  requireFreshProof,
  requireOwnSession,
  type Viewer,
  visibleTenant,
} from '@/domain/viewer'
import { type ApiKey, Prisma, type User } from '@/generated/prisma/client'
import { isIn, networkIn } from '@/lib/addresses'
import { inMinutes, now } from '@/lib/clock'
import { db, noId, query, rowId, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { GroupCommit } from '@/lib/group-commit'
import { hashToken } from '@/lib/keyring'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import { demoKey, hintOf, isKeyText, newKeyText } from './key-text'
import { type Scope, scopesFor } from './scopes'

/** So many keys an installation, or a tenant, may have. */
const most = 100
const mostNetworks = 50
/** When a key was last used is only as exact as this, so that a request seldom writes. */
const usedEveryMinutes = 1

/** Requests that a key may make in a minute. */
export const perMinuteLimits = { least: 1, usual: 600, most: 60_000 }

export type NewKey = {
  name: string
  scopes: readonly Scope[]
  /** For how many days it works; for ever where there are none */
  days: number | null
  /** Addresses and networks that it may come from (CIDR); from anywhere where there are none */
  networks: readonly string[]
  perMinute: number
}

export type ListedKey = Pick<
  ApiKey,
  | 'id'
  | 'name'
  | 'hint'
  | 'scopes'
  | 'networks'
  | 'perMinute'
  | 'createdAt'
  | 'expiresAt'
  | 'lastUsedAt'
  | 'lastUsedFrom'
> & {
  /** The address of who made it */
  maker: string
  /** Why it does not work, if it does not */
  stopped: 'expired' | 'maker' | null
}

/** The keys of the viewer's tenant, or those of the installation, the newest first. @throws Refusal not-allowed */
export async function listKeys(viewer: Viewer): Promise<ListedKey[]> {
  requireAdministrator(viewer)
  const keys = await db().apiKey.findMany({
    where: { tenantId: viewer.tenantId },
    include: { user: true },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    omit: { hash: true },
  })
  return keys.map(({ user, ...key }) => ({ ...key, maker: user.email, stopped: stoppedBy({ ...key, user }) }))
}

/**
 * Makes a key that acts as the viewer.
 * @returns its text, which nobody can find out again
 * @throws Refusal not-allowed, acting-as, prove-yourself, scopes-required, scopes-not-allowed, network-invalid,
 * too-many-networks, too-many-keys
 */
export async function createKey(viewer: Viewer, input: NewKey): Promise<{ id: string; text: string }> {
  requireAdministrator(viewer)
  requireOwnSession(viewer)
  requireFreshProof(viewer)
  const { name, perMinute, days } = input
  const chosen = scopesFor(viewer.role).filter(scope => input.scopes.includes(scope))
  if (chosen.length !== new Set(input.scopes).size)
    throw new Refusal('scopes-not-allowed', { field: 'scopes' })
  if (chosen.length === 0) throw new Refusal('scopes-required', { field: 'scopes' })
  const networks = [...new Set(input.networks)]
  const wrong = networks.find(network => !networkIn(network))
  if (wrong !== undefined)
    throw new Refusal('network-invalid', { field: 'networks', values: { network: wrong } })
  if (networks.length > mostNetworks)
    throw new Refusal('too-many-networks', { field: 'networks', values: { most: mostNetworks } })
  const text = newKeyText()
  const { tenantId, role } = viewer
  return transaction(async tx => {
    if ((await tx.apiKey.count({ where: { tenantId } })) >= most)
      throw new Refusal('too-many-keys', { values: { most } })
    const key = await tx.apiKey.create({
      data: {
        ...{ name, role, tenantId, networks, perMinute, scopes: chosen },
        hash: hashToken(text),
        hint: hintOf(text),
        userId: viewer.id,
        createdAt: now(),
        expiresAt: days === null ? null : inMinutes(days * 24 * 60),
      },
    })
    const after = { scopes: chosen, networks, expires: key.expiresAt?.toISOString() ?? null }
    await record(tx, viewer, 'api-key.created', subjectOf(key), { after })
    return { id: key.id, text }
  })
}

/** Ends a key, at once and everywhere. @throws Refusal not-allowed, acting-as, key-not-found */
export const revokeKey = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    requireOwnSession(viewer)
    visibleTenant(viewer)
    const key = await tx.apiKey.findFirst({ where: { id: rowId(id), tenantId: viewer.tenantId } })
    if (!key) throw new Refusal('key-not-found')
    await tx.apiKey.delete({ where: { id: key.id } })
    await record(tx, viewer, 'api-key.revoked', subjectOf(key))
  })

/** What a program that has shown a key may do. */
export type KeyInUse = { id: string; scopes: readonly string[]; perMinute: number; viewer: Viewer }

/**
 * Who a program acts as that shows a key. Asked at every request: a key that is revoked, or whose maker is disabled
 * or is somebody else by now, opens nothing from that moment on.
 * @param address where the request comes from
 * @throws Refusal key-unknown, key-expired, key-maker-gone, key-elsewhere
 */
export async function viewerOfKey(text: string, address: string): Promise<KeyInUse> {
  const shut = text === demoKey && !env().demo
  const key = isKeyText(text) && !shut ? await lookedUp.add(hashToken(text)) : null
  if (!key) throw new Refusal('key-unknown')
  const stopped = stoppedBy(key)
  if (stopped) throw new Refusal(stopped === 'expired' ? 'key-expired' : 'key-maker-gone')
  if (key.networks.length > 0 && !isIn(key.networks, address)) throw new Refusal('key-elsewhere')
  noteUse(key, address)
  const { id, name, scopes, perMinute, user } = key
  return { id, scopes, perMinute, viewer: viewerOf(user, name, address) }
}

type Known = ApiKey & { user: User }

/** Keys that are shown at the same time are looked up together. */
const lookedUp = new GroupCommit(async (hashes: string[]): Promise<(Known | null)[]> => {
  const rows = await query<{ key: ApiKey; user: User }>(Prisma.sql`
    SELECT to_jsonb(key) AS key, to_jsonb(person) AS "user"
    FROM "ApiKey" key JOIN "User" person ON person.id = key."userId" WHERE key.hash = ANY (${hashes}::text[])`)
  const found = new Map(rows.map(({ key, user }) => [key.hash, { ...key, ...momentsOf(key), user }]))
  return hashes.map(hash => found.get(hash) ?? null)
})

/** JSON knows no moments. */
const momentsOf = ({ createdAt, expiresAt, lastUsedAt }: ApiKey) => ({
  createdAt: new Date(createdAt),
  expiresAt: expiresAt && new Date(expiresAt),
  lastUsedAt: lastUsedAt && new Date(lastUsedAt),
})

function stoppedBy({ expiresAt, role, tenantId, user }: Omit<Known, 'hash'>): ListedKey['stopped'] {
  if (expiresAt && expiresAt <= now()) return 'expired'
  // Never more than its maker may, nor what they may only since.
  const same = user.state === 'active' && user.role === role && user.tenantId === tenantId
  return same ? null : 'maker'
}

/** The maker, as far as the domain asks. The audit tells the key in the place of a browser. */
const viewerOf = (user: User, name: string, address: string): Viewer => ({
  id: user.id,
  // No session has it.
  sessionId: noId,
  email: user.email,
  firstName: user.firstName,
  lastName: user.lastName,
  role: user.role,
  tenantId: user.tenantId,
  customerId: user.customerId,
  locale: user.locale,
  timeZone: user.timeZone,
  address,
  device: `API key ${name}`,
  // They did when they made the key.
  provedAt: now(),
})

/** Nobody waits for it, and it may be lost. */
function noteUse({ id, lastUsedAt }: ApiKey, address: string): void {
  if (lastUsedAt && lastUsedAt > inMinutes(-usedEveryMinutes)) return
  if (noting.has(id)) return
  noting.add(id)
  db()
    .apiKey.updateMany({ where: { id }, data: { lastUsedAt: now(), lastUsedFrom: address } })
    .catch(error => log.warn({ error: String(error) }, 'the use of a key was not noted'))
    .finally(() => noting.delete(id))
}
const noting = new Set<string>()

const subjectOf = ({ id, name, tenantId }: Pick<ApiKey, 'id' | 'name' | 'tenantId'>) => ({
  type: 'api-key' as const,
  id,
  label: name,
  tenantId,
})
