// How long mails that have ended are kept, and how what is older goes: in small batches, beside the sending.
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { batchSize, type GoOn, inBatches } from '@/lib/batches'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { beyond, inOrder, type MailCursor } from './mail-cursor'

/** For how many days mails are kept after they have ended, until somebody says otherwise. */
const usualDays = 90
/** Hours of tallies older than this are of no chart any more, and become one. */
const tallyDays = 60

/** For how many days mails that have ended are kept. @throws Refusal not-allowed */
export async function readRetention(viewer: Viewer): Promise<number> {
  requireSystemAdministrator(viewer)
  return retentionDays(db())
}

/** Sets it; what is older goes within the hour. @throws Refusal not-allowed */
export const setRetention = (viewer: Viewer, days: number): Promise<void> =>
  transaction(async tx => {
    requireSystemAdministrator(viewer)
    const before = await retentionDays(tx)
    if (before === days) return
    await tx.outboxControl.upsert({
      where: { id: 1 },
      create: { id: 1, retentionDays: days },
      update: { retentionDays: days, cleanedAt: null },
    })
    await record(
      tx,
      viewer,
      'outbox.retention-changed',
      { type: 'installation', id: null, label: 'outbox' },
      { before: { days: before }, after: { days } },
    )
  })

const retentionDays = async (tx: Tx): Promise<number> =>
  (await tx.outboxControl.findUnique({ where: { id: 1 } }))?.retentionDays ?? usualDays

/** For how long mails are kept, for those who keep what belongs to them. */
export const mailRetentionDays = () => retentionDays(db())

/**
 * Deletes mails that ended longer ago than they are kept, with their attempts; workers that are gone, and retry
 * runs. Adds up old tallies. May be broken off and run again at any time, also by two at once.
 * @param goOn is asked between batches @returns how many mails
 */
export async function deleteOldMails(goOn: GoOn = () => true): Promise<number> {
  const days = await retentionDays(db())
  const limit = Prisma.sql`(${sqlNow()} - ${days}::int * interval '1 day')`
  const mails = await inBatches<MailCursor>(goOn, from => deleteMails(limit, from))
  await db().$executeRaw`DELETE FROM "Worker" WHERE "heartbeatAt" < now() - interval '1 day'`
  await db().$executeRaw`DELETE FROM "RetryRun" WHERE "endedAt" < ${limit}`
  await mergeTallies()
  return mails
}

/** A mail ends after it was last due: whoever sends it again makes it due again. */
const deleteMails = (limit: Prisma.Sql, from: MailCursor | null): Promise<MailCursor[]> =>
  transaction(async tx => {
    const rows = await tx.$queryRaw<MailCursor[]>`
      SELECT id, "createdAt" FROM "OutboundMail"
      WHERE "createdAt" < ${limit} AND greatest("dueAt", "sentAt") < ${limit}
        AND state IN ('sent', 'failed', 'cancelled') AND ${beyond(from, 'newer')}
      ${inOrder('newer')} LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`
    const ids = rows.map(({ id }) => id)
    // Ahead of the cascade, which would do it mail by mail.
    await tx.$executeRaw`DELETE FROM "DeliveryAttempt" WHERE "mailId" = ANY (${ids}::uuid[])`
    await tx.$executeRaw`DELETE FROM "OutboundMail" WHERE id = ANY (${ids}::uuid[])`
    return rows
  })

/** Their sums stay: the counters of /metrics only ever grow. */
const mergeTallies = () => db().$executeRaw`
  WITH old AS (
    DELETE FROM "Tally"
    WHERE hour < date_trunc('hour', ${sqlNow()} - ${tallyDays}::int * interval '1 day') AND hour > to_timestamp(0)
    RETURNING *
  )
  INSERT INTO "Tally" (hour, what, "tenantKey", kind, server, outcome, cause, seconds, count)
  SELECT to_timestamp(0), what, "tenantKey", kind, server, outcome, cause, seconds, sum(count)
  FROM old GROUP BY 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT (hour, what, "tenantKey", kind, server, outcome, cause, seconds)
  DO UPDATE SET count = "Tally".count + excluded.count`
