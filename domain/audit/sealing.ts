// Puts events under seals, one batch after the other, so that nobody can change, add or delete one unnoticed.
//
// What is committed late is not left out: an event is under a seal or it is not, whatever its time, and what is not
// comes under the next one. Events of one day and one kind are sealed together, for they go together.
import type { AuditEvent, AuditSeal } from '@/generated/prisma/client'
import { Prisma } from '@/generated/prisma/client'
import { batchSize, type GoOn, untilNothingIsLeft } from '@/lib/batches'
import { now } from '@/lib/clock'
import { sqlNow, type Tx, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { log } from '@/lib/log'
import { noise } from './actions'
import { newestAuditKey } from './audit-key'
import { contentOf, hashOf, noHash } from './seal'

/** An event that counts is final so many hours after its last time: clocks differ, and transactions take time. */
const finalHours = 2

/** Seals all events that are final. May be broken off and run again at any time, also by two at once. @returns how many */
export const sealEvents = (goOn: GoOn): Promise<number> => untilNothingIsLeft(goOn, sealSome)

/** Seals events of the oldest day that has some. @returns how many */
async function sealSome(): Promise<number> {
  const seal = await transaction(async tx => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.auditSeals}::bigint)`
    const events = await nextEvents(tx)
    return events.length > 0 ? sealUp(tx, events) : null
  })
  // Whoever keeps the log elsewhere can tell whether the end of the chain was cut off.
  if (seal) log.info({ number: seal.number, hash: seal.hash, events: seal.count }, 'sealed the audit')
  return seal?.count ?? 0
}

/** Held until they are sealed: one that counts on in this moment comes under a later seal. */
async function nextEvents(tx: Tx): Promise<AuditEvent[]> {
  const final = Prisma.sql`seal IS NULL
    AND (substr(id::text, 15, 1) <> '8' OR at < ${sqlNow()} - ${finalHours}::int * interval '1 hour')`
  const [oldest] = await tx.$queryRaw<{ day: Date; noise: boolean }[]>`
    SELECT date_trunc('day', at, 'UTC') AS day, action = ANY (${noise}::text[]) AS noise
    FROM "AuditEvent" WHERE ${final} ORDER BY at, id LIMIT 1`
  if (!oldest) return []
  return tx.$queryRaw`
    SELECT * FROM "AuditEvent"
    WHERE ${final} AND at >= ${oldest.day} AND at < ${oldest.day}::timestamptz + interval '1 day'
      AND (action = ANY (${noise}::text[])) = ${oldest.noise}
    ORDER BY at, id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`
}

async function sealUp(tx: Tx, events: AuditEvent[]): Promise<AuditSeal> {
  const [first, last] = [events[0], events.at(-1)]
  if (!first || !last) throw new Error('nothing to seal')
  const before = await tx.auditSeal.findFirst({ orderBy: { number: 'desc' } })
  const content = {
    number: (before?.number ?? 0) + 1,
    noise: noise.some(action => action === first.action),
    count: events.length,
    firstAt: first.at,
    lastAt: last.at,
    content: contentOf(events),
  }
  const key = await newestAuditKey(tx)
  const hash = hashOf(key, content, before?.hash ?? noHash)
  const seal = await tx.auditSeal.create({ data: { ...content, hash, keyId: key.id, createdAt: now() } })
  const ids = events.map(({ id }) => id)
  await tx.$executeRaw`UPDATE "AuditEvent" SET seal = ${seal.number} WHERE id = ANY (${ids}::uuid[])`
  return seal
}

/** The events under a seal, in the order in which they were sealed. */
export const eventsUnder = (tx: Tx, seal: number): Promise<AuditEvent[]> =>
  tx.$queryRaw`SELECT * FROM "AuditEvent" WHERE seal = ${seal} ORDER BY at, id`
