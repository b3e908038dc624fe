// For how long the audit is kept. Events go as they were sealed, all of a seal together; the seal stays.
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { type GoOn, untilNothingIsLeft } from '@/lib/batches'
import { now } from '@/lib/clock'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { record } from './audit'
import { auditKeys } from './audit-key'
import { pruneMark } from './seal'
import { sealEvents } from './sealing'

// Both as the database itself has them, which lets nothing go before (latchkey_audit_seal_kept in the migrations).
/** Until somebody says otherwise. */
const usualDays = 365
/** Of what strangers cause. */
const noiseDays = 30

/** For how many days events are kept. @throws Refusal not-allowed */
export async function readAuditRetention(viewer: Viewer): Promise<number> {
  requireSystemAdministrator(viewer)
  return retentionDays(db())
}

/** Sets it; what is older goes within the hour. @throws Refusal not-allowed */
export const setAuditRetention = (viewer: Viewer, days: number): Promise<void> =>
  transaction(async tx => {
    requireSystemAdministrator(viewer)
    const before = await retentionDays(tx)
    if (before === days) return
    const data = { retentionDays: days }
    await tx.auditControl.upsert({ where: { id: 1 }, create: { id: 1, ...data }, update: data })
    const subject = { type: 'installation' as const, id: null, label: 'audit' }
    const change = { before: { days: before }, after: { days } }
    await record(tx, viewer, 'audit.retention-changed', subject, change)
  })

/** Seals what is to be sealed, and deletes events that are older. @returns how many were deleted */
export async function deleteOldEvents(goOn: GoOn): Promise<number> {
  await sealEvents(goOn)
  return goOn() ? untilNothingIsLeft(goOn, pruneOldest) : 0
}

/** Deletes the events of the oldest seal of which all are too old, and notes that it was done here. @returns how many */
const pruneOldest = (): Promise<number> =>
  transaction(async tx => {
    const days = await retentionDays(tx)
    const [seal] = await tx.$queryRaw<{ number: number; count: number; hash: string; keyId: string }[]>`
      SELECT number, count, hash, "keyId" FROM "AuditSeal"
      WHERE "prunedAt" IS NULL AND "lastAt" < ${sqlNow()} - interval '1 day' *
        CASE WHEN noise THEN ${Math.min(noiseDays, days)}::int ELSE ${days}::int END
      ORDER BY "lastAt" LIMIT 1 FOR UPDATE SKIP LOCKED`
    if (!seal) return 0
    const key = (await auditKeys(tx)).get(seal.keyId)
    const prunedAt = now()
    // Without its key nobody can sign for it: it goes all the same, and the check will say so.
    const pruned = key ? pruneMark(key, seal.hash, prunedAt) : null
    await tx.auditSeal.update({ where: { number: seal.number }, data: { prunedAt, pruned } })
    await tx.$executeRaw`DELETE FROM "AuditEvent" WHERE seal = ${seal.number}`
    return seal.count
  })

const retentionDays = async (tx: Tx): Promise<number> =>
  (await tx.auditControl.findUnique({ where: { id: 1 } }))?.retentionDays ?? usualDays
