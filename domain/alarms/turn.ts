// Of several processes one works on the alarms of a tenant: what it has worked out it writes only while that is so.
import { v4 } from 'uuid'
import { db, sqlNow, type Tx } from '@/lib/db'

/** Longer than a step takes. Whoever dies with a turn is waited for that long. */
const turnSeconds = 30

export type Turn = { tenantId: string; holder: string }

/** Null while another process has it. */
export async function takeTurn(tenantId: string): Promise<Turn | null> {
  const holder = v4()
  const rows = await db().$queryRaw<unknown[]>`
    INSERT INTO "AlarmTurn" AS turn ("tenantId", holder, "endsAt")
    VALUES (${tenantId}::uuid, ${holder}::uuid, ${sqlNow()} + ${turnSeconds}::int * interval '1 second')
    ON CONFLICT ("tenantId") DO UPDATE SET holder = excluded.holder, "endsAt" = excluded."endsAt"
    WHERE turn."endsAt" <= ${sqlNow()}
    RETURNING "tenantId"`
  return rows.length > 0 ? { tenantId, holder } : null
}

/** Keeps the turn for the transaction and a further step. @returns false where it has passed to another */
export async function holdTurn(tx: Tx, { tenantId, holder }: Turn): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE "AlarmTurn" SET "endsAt" = ${sqlNow()} + ${turnSeconds}::int * interval '1 second'
    WHERE "tenantId" = ${tenantId}::uuid AND holder = ${holder}::uuid`
  return count === 1
}

export const endTurn = ({ tenantId, holder }: Turn) =>
  db().$executeRaw`DELETE FROM "AlarmTurn" WHERE "tenantId" = ${tenantId}::uuid AND holder = ${holder}::uuid`
