// Of several processes one works on the alarms of a tenant: what it has worked out it writes only while that is so.
import { v4 } from 'uuid'
import { db, sqlNow, type Tx } from '@/lib/db'

/** Whoever dies with a turn is waited for that long, as for a worker that is dead. */
const turnSeconds = 10
/** Whoever lives says so more often, however long a step takes. */
const renewMilliseconds = 3_000

export type Turn = { tenantId: string; holder: string; renewing: NodeJS.Timeout }

/** Null while another process has it. */
export async function takeTurn(tenantId: string): Promise<Turn | null> {
  const holder = v4()
  const rows = await db().$queryRaw<unknown[]>`
    INSERT INTO "AlarmTurn" AS turn ("tenantId", holder, "endsAt")
    VALUES (${tenantId}::uuid, ${holder}::uuid, ${sqlNow()} + ${turnSeconds}::int * interval '1 second')
    ON CONFLICT ("tenantId") DO UPDATE SET holder = excluded.holder, "endsAt" = excluded."endsAt"
    WHERE turn."endsAt" <= ${sqlNow()}
    RETURNING "tenantId"`
  if (rows.length === 0) return null
  const turn: Turn = {
    tenantId,
    holder,
    renewing: setInterval(() => renew(turn).catch(() => {}), renewMilliseconds).unref(),
  }
  return turn
}

/** Whoever cannot reach the database for too long has lost the turn, and learns so from `holdTurn`. */
async function renew(turn: Turn): Promise<void> {
  if (!(await holdTurn(db(), turn))) clearInterval(turn.renewing)
}

/** Keeps the turn for the transaction and a further step. @returns false where it has passed to another */
export async function holdTurn(tx: Tx, { tenantId, holder }: Turn): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE "AlarmTurn" SET "endsAt" = ${sqlNow()} + ${turnSeconds}::int * interval '1 second'
    WHERE "tenantId" = ${tenantId}::uuid AND holder = ${holder}::uuid`
  return count === 1
}

export async function endTurn({ tenantId, holder, renewing }: Turn): Promise<void> {
  clearInterval(renewing)
  await db()
    .$executeRaw`DELETE FROM "AlarmTurn" WHERE "tenantId" = ${tenantId}::uuid AND holder = ${holder}::uuid`
}
