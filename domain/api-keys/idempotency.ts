// A request that names itself is done once: a program that has not heard the answer asks again without harm.
import { createHash } from 'node:crypto'
import { inMinutes } from '@/lib/clock'
import { db, sqlNow } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import type { SealedColumn } from '@/lib/sealed-column'

/** For so long an answer is kept. */
const keptHours = 24
/** A request that has no answer by then has none any more: its process has ended. */
const givenUpMinutes = 2

export const sealedAnswer: SealedColumn = {
  table: 'ApiRequest',
  column: 'sealedAnswer',
  place: id => `ApiRequest.sealedAnswer:${id}`,
}

/** An answer as it left. */
export type Answered = { status: number; headers: Record<string, string>; body: string }

export type Begun = { id: string; answered?: undefined } | { id: string; answered: Answered }

/**
 * Begins a request of a key, unless it was answered already.
 * @param named the `Idempotency-Key` @param asked all that makes it this request: method, path and body
 * @throws Refusal idempotency-key-reused for another request, request-under-way while the first is
 */
export async function beginRequest(apiKeyId: string, named: string, asked: string): Promise<Begun> {
  const fingerprint = createHash('sha256').update(asked).digest('hex')
  // One that was given up, or is too old, begins anew in its row.
  const [row] = await db().$queryRaw<{ id: string }[]>`
    INSERT INTO "ApiRequest" AS held (id, "apiKeyId", "idempotencyKey", fingerprint, "begunAt")
    VALUES (gen_random_uuid(), ${apiKeyId}::uuid, ${named}, ${fingerprint}, ${sqlNow()})
    ON CONFLICT ("apiKeyId", "idempotencyKey") DO UPDATE
      SET fingerprint = excluded.fingerprint, "begunAt" = excluded."begunAt", status = NULL, "sealedAnswer" = NULL
      WHERE held."begunAt" < ${sqlNow()} - ${keptHours}::int * interval '1 hour'
        OR (held.status IS NULL AND held.fingerprint = excluded.fingerprint
          AND held."begunAt" < ${sqlNow()} - ${givenUpMinutes}::int * interval '1 minute')
    RETURNING id`
  if (row) return { id: row.id }
  const held = await db().apiRequest.findUnique({
    where: { apiKeyId_idempotencyKey: { apiKeyId, idempotencyKey: named } },
  })
  if (held && held.fingerprint !== fingerprint) throw new Refusal('idempotency-key-reused')
  // Gone in between is one that failed just now: whoever asks again is the first.
  if (!held?.sealedAnswer) throw new Refusal('request-under-way')
  const answered = JSON.parse(keyring().open(held.sealedAnswer, sealedAnswer.place(held.id))) as Answered
  return { id: held.id, answered }
}

/** Keeps the answer for whoever asks again. */
export async function keepAnswer(id: string, answered: Answered): Promise<void> {
  const sealed = keyring().seal(JSON.stringify(answered), sealedAnswer.place(id))
  await db().apiRequest.updateMany({
    where: { id },
    data: { status: answered.status, sealedAnswer: sealed },
  })
}

/** Nothing was done: the same may be asked again. */
export async function forgetRequest(id: string): Promise<void> {
  await db().apiRequest.deleteMany({ where: { id, status: null } })
}

/** Deletes what is kept no longer. @returns how many rows */
export const deleteOldRequests = (batch: number): Promise<number> =>
  db().$executeRaw`
    DELETE FROM "ApiRequest" WHERE id IN (
      SELECT id FROM "ApiRequest" WHERE "begunAt" < ${inMinutes(-keptHours * 60)}::timestamptz
      LIMIT ${batch} FOR UPDATE SKIP LOCKED)`
