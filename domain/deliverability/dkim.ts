// DKIM keys of our own, for mail servers that do not sign: made here, published by a person, then used.
import { randomBytes } from 'node:crypto'
import { domainToASCII } from 'node:url'
import { record } from '@/domain/audit/audit'
import { type Scope, scopeOf } from '@/domain/mail-server/scope'
import { requireFreshProof, type Viewer } from '@/domain/viewer'
import type { DkimKey } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { Dns, type DnsResolver, NoAnswer } from '@/lib/dns'
import { isAddress } from '@/lib/email-address'
import { locks } from '@/lib/locks'
import { Refusal } from '@/lib/refusal'
import { algorithms, makeKey } from './dkim-key'
import { dkimRecord, lookUpKey } from './dkim-record'
import type { DnsRecord } from './finding'

/** What a page shows of a key: never the private one. */
export type DkimKeyView = {
  id: string
  selector: string
  algorithm: string
  record: DnsRecord
  active: boolean
}

/** The keys of a domain, RSA first. */
export async function readDkimKeys(viewer: Viewer, domain: string): Promise<DkimKeyView[]> {
  return (await keysOf(db(), await scopeOf(viewer), domain)).map(view)
}

/**
 * Makes the keys of a domain: RSA of 2048 bits, which every verifier knows, and Ed25519 beside it (RFC 8463
 * §3 asks for both). They sign nothing before `activateDkim`.
 * @throws Refusal prove-yourself, domain-invalid, dkim-exists
 */
export async function createDkimKeys(viewer: Viewer, typed: string): Promise<DkimKeyView[]> {
  const scope = await scopeOf(viewer)
  requireFreshProof(viewer)
  const domain = domainToASCII(typed)
  if (!isAddress(`postmaster@${domain}`)) throw new Refusal('domain-invalid')
  // A selector never used before: caches of the world may still hold the key of an older one (§3.1).
  const name = `latchkey-${randomBytes(3).toString('hex')}`
  const made = await Promise.all(algorithms.map(algorithm => makeKey(domain, name, algorithm)))
  return transaction(async tx => {
    await takeTurns(tx)
    if ((await keysOf(tx, scope, domain)).length > 0) throw new Refusal('dkim-exists')
    await tx.dkimKey.createMany({ data: made.map(key => ({ ...key, ...scope })) })
    const keys = await keysOf(tx, scope, domain)
    await record(tx, viewer, 'dkim.created', subject(domain, scope), {
      after: { selectors: selectors(keys) },
    })
    return keys.map(view)
  })
}

/**
 * Begins to sign, once the world can check it: each key whose record DNS holds becomes active. The RSA key
 * must be among them, as many verifiers know no other.
 * @returns the keys that sign from now on
 * @throws Refusal prove-yourself, dkim-no-keys, dkim-record-missing, dkim-record-differs, dkim-record-malformed, dns-silent
 */
export async function activateDkim(
  viewer: Viewer,
  domain: string,
  { resolver }: { resolver?: DnsResolver } = {},
): Promise<DkimKeyView[]> {
  const scope = await scopeOf(viewer)
  requireFreshProof(viewer)
  const keys = await keysOf(db(), scope, domain)
  if (keys.length === 0) throw new Refusal('dkim-no-keys')
  const ids = await publishedKeys(keys, new Dns(resolver))
  return transaction(async tx => {
    await tx.dkimKey.updateMany({
      where: { ...scope, domain, id: { notIn: ids } },
      data: { activatedAt: null },
    })
    const { count } = await tx.dkimKey.updateMany({
      where: { id: { in: ids } },
      data: { activatedAt: now() },
    })
    // Deleted by another in the meantime.
    if (count === 0) throw new Refusal('dkim-no-keys')
    const active = (await keysOf(tx, scope, domain)).filter(({ activatedAt }) => activatedAt)
    await record(tx, viewer, 'dkim.activated', subject(domain, scope), {
      after: { selectors: selectors(active) },
    })
    return active.map(view)
  })
}

/**
 * Stops signing; the keys stay.
 * @throws Refusal prove-yourself, dkim-no-keys
 */
export async function deactivateDkim(viewer: Viewer, domain: string): Promise<void> {
  const scope = await scopeOf(viewer)
  requireFreshProof(viewer)
  await transaction(async tx => {
    const keys = await keysOf(tx, scope, domain)
    if (keys.length === 0) throw new Refusal('dkim-no-keys')
    await tx.dkimKey.updateMany({ where: { ...scope, domain }, data: { activatedAt: null } })
    await record(tx, viewer, 'dkim.deactivated', subject(domain, scope), {
      before: { selectors: selectors(keys) },
    })
  })
}

/**
 * Stops signing and forgets the keys. Their records should stay in DNS until the last mail has arrived.
 * @throws Refusal prove-yourself, dkim-no-keys
 */
export async function deleteDkimKeys(viewer: Viewer, domain: string): Promise<void> {
  const scope = await scopeOf(viewer)
  requireFreshProof(viewer)
  await transaction(async tx => {
    const keys = await keysOf(tx, scope, domain)
    if (keys.length === 0) throw new Refusal('dkim-no-keys')
    await tx.dkimKey.deleteMany({ where: { ...scope, domain } })
    await record(tx, viewer, 'dkim.deleted', subject(domain, scope), {
      before: { selectors: selectors(keys) },
    })
  })
}

/** RSA first. */
export const keysOf = (tx: Tx, { tenantId }: Scope, domain: string): Promise<DkimKey[]> =>
  tx.dkimKey.findMany({ where: { tenantId, domain }, orderBy: { algorithm: 'desc' } })

const view = (key: DkimKey): DkimKeyView => ({
  id: key.id,
  selector: key.selector,
  algorithm: key.algorithm,
  record: dkimRecord(key),
  active: key.activatedAt !== null,
})

const subject = (domain: string, scope: Scope) => ({
  type: 'dkim-key' as const,
  id: null,
  label: domain,
  ...scope,
})
const selectors = (keys: DkimKey[]) => keys.map(({ selector }) => selector)

/** Two who create keys at once take turns, so that a domain has one pair. */
const takeTurns = (tx: Tx) => tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.signingKeys}::bigint)`

async function publishedKeys(keys: DkimKey[], dns: Dns): Promise<string[]> {
  try {
    const seen = await Promise.all(keys.map(async key => ({ key, ...(await lookUpKey(dns, key)) })))
    const rsa = seen.find(({ key }) => key.algorithm === 'rsa-sha256') ?? seen[0]!
    if (rsa.state !== 'matches') {
      const { name } = dkimRecord(rsa.key)
      throw new Refusal(`dkim-record-${rsa.state}`, { values: { name } })
    }
    return seen.filter(({ state }) => state === 'matches').map(({ key }) => key.id)
  } catch (error) {
    if (error instanceof NoAnswer) throw new Refusal('dns-silent')
    throw error
  } finally {
    dns.close()
  }
}
