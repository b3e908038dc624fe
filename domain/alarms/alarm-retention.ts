// How long alarms are kept: as long as mails, and of each tenant no more than so many.
import { Prisma } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { db, sqlNow } from '@/lib/db'
import { tidyImages } from './alarm-images'

/** The newest of a tenant are kept; what goes beyond these goes, however young it is. */
const keptOfTenant = 200_000

/** Deletes alarms that last came longer ago than mails are kept, and those that a tenant has too many of. @returns how many */
export async function deleteOldAlarms(
  days: number,
  goOn: GoOn = () => true,
  most = keptOfTenant,
): Promise<number> {
  const limit = Prisma.sql`(${sqlNow()} - ${days}::int * interval '1 day')`
  const old = await deleteInBatches(
    goOn,
    rows => db().$executeRaw`
      DELETE FROM "Alarm" WHERE id IN (
        SELECT id FROM "Alarm" WHERE "createdAt" < ${limit} AND "updatedAt" < ${limit}
        ORDER BY "createdAt", id LIMIT ${rows}::int)`,
  )
  let over = 0
  for (const { id } of await db().tenant.findMany({ select: { id: true } })) {
    if (!goOn()) break
    over += await deleteInBatches(
      goOn,
      rows => db().$executeRaw`
        DELETE FROM "Alarm" WHERE id IN (
          SELECT id FROM "Alarm" WHERE "tenantId" = ${id}::uuid AND ("createdAt", id) <= (
            SELECT "createdAt", id FROM "Alarm" WHERE "tenantId" = ${id}::uuid
            ORDER BY "createdAt" DESC, id DESC OFFSET ${most}::int LIMIT 1)
          ORDER BY "createdAt", id LIMIT ${rows}::int)`,
    )
  }
  // What is left of mails and windows that are over. Who has stopped mails is never forgotten.
  await db().$executeRaw`DELETE FROM "AlarmLink" WHERE "createdAt" < ${limit}`
  await db().$executeRaw`DELETE FROM "AlarmThread" WHERE "mailedAt" < ${sqlNow()} - interval '8 days'`
  await db().$executeRaw`DELETE FROM "AlarmRecipient" WHERE "mailedAt" < ${limit} AND "stoppedAt" IS NULL`
  await db().$executeRaw`DELETE FROM "AlarmTurn" WHERE "endsAt" < ${sqlNow()} - interval '1 day'`
  await tidyImages()
  return old + over
}
