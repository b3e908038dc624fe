// Checks the chain of seals from its beginning: whether every event is as it was when it was sealed, and all are there.
import type { AuditSeal } from '@/generated/prisma/client'
import { db } from '@/lib/db'
import { type AuditKey, auditKeys } from './audit-key'
import { contentOf, hashOf, noHash, pruneMark } from './seal'
import { eventsUnder } from './sealing'

/**
 * `seals-missing`: there is none with this number. `key-missing`: the key it was made with is gone or was changed.
 * `seal-forged`: it was not made by Latchkey, or changed, or does not follow the one before it. `events-missing`,
 * `events-added`, `events-changed`: its events are not those that were sealed. `deletion-unknown`: it says that its
 * events went after their time, and Latchkey did not do that.
 */
export type BreakCause =
  | 'seals-missing'
  | 'key-missing'
  | 'seal-forged'
  | 'events-missing'
  | 'events-added'
  | 'events-changed'
  | 'deletion-unknown'

export type Break = { seal: number; cause: BreakCause; from: Date | null; to: Date | null }

/** A seal that somebody has noted elsewhere. */
export type KnownSeal = { number: number; hash: string }

export type Verification = {
  seals: number
  /** How many events were looked at, and how many had gone after the time that they are kept */
  events: number
  pruned: number
  /** Not sealed yet, and since when */
  unsealed: number
  unsealedSince: Date | null
  /** The end of the chain, to be noted elsewhere: nothing else tells that an end was cut off */
  last: KnownSeal | null
  /** Whether the chain holds the seal that was noted; null where none was given */
  holdsKnown: boolean | null
  breaks: Break[]
}

const sealsAtOnce = 500

/** Goes through all seals. It only reads. */
export async function verifyAudit(known: KnownSeal | null = null): Promise<Verification> {
  const keys = await auditKeys(db())
  const found: Verification = {
    ...{ seals: 0, events: 0, pruned: 0, unsealed: 0, unsealedSince: null, last: null },
    ...{ holdsKnown: known && false, breaks: [] },
  }
  for (let seals = await sealsAfter(0); seals.length > 0; seals = await sealsAfter(seals.at(-1)?.number ?? 0))
    for (const seal of seals) {
      const expected = (found.last?.number ?? 0) + 1
      if (seal.number > expected)
        found.breaks.push({ seal: expected, cause: 'seals-missing', from: null, to: null })
      await check(seal, seal.number === expected ? (found.last?.hash ?? noHash) : null, keys, found)
      found.seals++
      found.last = { number: seal.number, hash: seal.hash }
      if (known?.number === seal.number) found.holdsKnown = known.hash === seal.hash
    }
  const [open] = await db().$queryRaw<{ number: number; since: Date | null }[]>`
    SELECT count(*)::int AS number, min(at) AS since FROM "AuditEvent" WHERE seal IS NULL`
  return { ...found, unsealed: open?.number ?? 0, unsealedSince: open?.since ?? null }
}

const sealsAfter = (number: number) =>
  db().auditSeal.findMany({
    where: { number: { gt: number } },
    orderBy: { number: 'asc' },
    take: sealsAtOnce,
  })

/** @param previous the hash before it; null where that is missing, and was told */
async function check(
  seal: AuditSeal,
  previous: string | null,
  keys: Map<string, AuditKey>,
  found: Verification,
) {
  const key = keys.get(seal.keyId)
  const add = (cause: BreakCause) => found.breaks.push(breakAt(seal, cause))
  if (!key) add('key-missing')
  else if (previous !== null && hashOf(key, seal, previous) !== seal.hash) add('seal-forged')
  if (seal.prunedAt === null) {
    const cause = await checkEvents(seal, found)
    if (cause) add(cause)
    return
  }
  if (key && pruneMark(key, seal.hash, seal.prunedAt) !== seal.pruned) add('deletion-unknown')
  if ((await db().auditEvent.count({ where: { seal: seal.number } })) > 0) add('events-added')
  found.pruned += seal.count
}

async function checkEvents(seal: AuditSeal, found: Verification): Promise<BreakCause | null> {
  const events = await eventsUnder(db(), seal.number)
  if (contentOf(events) === seal.content) {
    found.events += events.length
    return null
  }
  // They may have gone in this moment, because they are too old.
  const { prunedAt } = await db().auditSeal.findUniqueOrThrow({ where: { number: seal.number } })
  if (prunedAt) {
    found.pruned += seal.count
    return null
  }
  found.events += events.length
  if (events.length < seal.count) return 'events-missing'
  return events.length > seal.count ? 'events-added' : 'events-changed'
}

const breakAt = (seal: AuditSeal, cause: BreakCause): Break => ({
  seal: seal.number,
  cause,
  from: seal.firstAt,
  to: seal.lastAt,
})
