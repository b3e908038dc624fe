import { Prisma } from '@/generated/prisma/client'
import { batchSize, type GoOn, inBatches } from '@/lib/batches'
import { sqlNow, transaction } from '@/lib/db'

/** Deletes links that died so many days ago. @returns how many */
export const deleteDeadLinks = (days: number, goOn: GoOn): Promise<number> =>
  inBatches<{ id: string }>(goOn, from =>
    transaction(async tx => {
      const rows = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM "LinkToken"
        WHERE least("consumedAt", "revokedAt", "expiresAt") < ${sqlNow()} - ${days}::int * interval '1 day'
          AND ${from ? Prisma.sql`id > ${from.id}::uuid` : Prisma.sql`true`}
        ORDER BY id LIMIT ${batchSize} FOR UPDATE SKIP LOCKED`
      await tx.$executeRaw`DELETE FROM "LinkToken" WHERE id = ANY (${rows.map(({ id }) => id)}::uuid[])`
      return rows
    }),
  )
