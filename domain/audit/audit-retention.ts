// For how long the audit is kept.
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { record } from './audit'

/** Until somebody says otherwise. */
const usualDays = 365

/** What anybody can cause without an account. It is of use while somebody asks what has just happened. */
const noise = ['sign-in.failed', 'password-reset.not-sent', 'password-reset.limited', 'mail.limited']
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

/** Deletes events that are older. @returns how many */
export async function deleteOldEvents(goOn: GoOn): Promise<number> {
  const days = await retentionDays(db())
  const older = await deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "AuditEvent" WHERE id IN (
        SELECT id FROM "AuditEvent" WHERE at < ${sqlNow()} - ${days}::int * interval '1 day' LIMIT ${batch})`,
  )
  const loud = await deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "AuditEvent" WHERE id IN (
        SELECT id FROM "AuditEvent"
        WHERE at < ${sqlNow()} - ${noiseDays}::int * interval '1 day' AND action = ANY (${noise}::text[])
        LIMIT ${batch})`,
  )
  return older + loud
}

const retentionDays = async (tx: Tx): Promise<number> =>
  (await tx.auditControl.findUnique({ where: { id: 1 } }))?.retentionDays ?? usualDays
