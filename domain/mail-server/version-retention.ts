import { deleteInBatches, type GoOn } from '@/lib/batches'
import { db, sqlNow } from '@/lib/db'

/** Nobody comes back to a form that was left so long ago. */
const candidateDays = 7
/** So many earlier versions of a server can be restored, with the secrets that were entered for them. */
const kept = 20

/**
 * Deletes candidates that were last tested a week ago, and of each server the retired versions behind the newest
 * twenty, all with their secrets. What was never saved at all keeps its newest candidate: the form starts from it.
 * @param inTest versions with a test under way @returns how many
 */
export const deleteOldVersions = (inTest: string[], goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "MailServerVersion" WHERE id IN (
        SELECT id FROM (
          SELECT id, state, greatest("createdAt", "testedAt") AS "touchedAt",
            row_number() OVER (PARTITION BY "mailServerId", state ORDER BY number DESC) AS place,
            bool_or(state = 'active') OVER (PARTITION BY "mailServerId") AS saved
          FROM "MailServerVersion"
        ) one
        WHERE id <> ALL (${inTest}::uuid[]) AND (
          (state = 'retired' AND place > ${kept})
          OR (state = 'candidate' AND (saved OR place > 1)
            AND "touchedAt" < ${sqlNow()} - ${candidateDays}::int * interval '1 day'))
        LIMIT ${batch})`,
  )
