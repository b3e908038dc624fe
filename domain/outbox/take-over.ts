// What no worker looks after any more: mails of workers that died, and mails that nobody wants any longer.

import { tellOfMails } from '@/domain/webhooks/events'
import { db, sqlNow } from '@/lib/db'
import { log } from '@/lib/log'
import { mostCopies } from './retry-policy'
import { isWaiting } from './states'
import { tallyAttempts, tallyMails } from './tally'

/** Without a heartbeat for so long a worker counts as dead. By the database's clock, which all share. */
export const deadAfterSeconds = 10
const batch = 500

/**
 * Makes mails due again that a dead worker had in hand, or that this one dropped while its database was
 * away. An attempt whose content was on its way is `uncertain`: the server may have taken it, and that is
 * said, not guessed. @param inHand what this worker is at. @returns how many
 */
export async function takeOver(workerId: string, inHand: ReadonlySet<string> = new Set()): Promise<number> {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    WITH stranded AS MATERIALIZED (
      SELECT mail.id FROM "OutboundMail" mail LEFT JOIN "Worker" worker ON worker.id = mail."workerId"
      WHERE mail.state = 'sending' AND (
        worker.id IS NULL OR worker."stoppedAt" < now() - interval '5 seconds'
        OR worker."heartbeatAt" < now() - make_interval(secs => ${deadAfterSeconds}::int)
        -- Ours, and we know nothing of it: not one that was claimed a moment ago.
        OR (worker.id = ${workerId}::uuid AND mail.id <> ALL (${[...inHand]}::uuid[]) AND NOT EXISTS (
          SELECT 1 FROM "DeliveryAttempt" young WHERE young."mailId" = mail.id AND young.outcome = 'running'
            AND young."startedAt" > ${sqlNow()} - interval '20 seconds')))
      LIMIT ${batch} FOR UPDATE OF mail SKIP LOCKED
    ), attempt AS (
      UPDATE "DeliveryAttempt" attempt SET "endedAt" = ${sqlNow()},
        outcome = CASE WHEN phase = 'data' THEN 'uncertain' ELSE 'interrupted' END,
        cause = CASE WHEN phase = 'data' THEN 'outcome-uncertain' END
      FROM stranded, "OutboundMail" mail
      WHERE attempt."mailId" = stranded.id AND attempt.outcome = 'running' AND mail.id = stranded.id
      RETURNING attempt.*, mail.kind
    ), mail AS (
      UPDATE "OutboundMail" mail SET "workerId" = NULL,
        -- A test is made once; what an earlier attempt has left open stays open.
        state = (CASE WHEN mail.kind = 'test' THEN 'failed' WHEN attempt.outcome = 'uncertain' OR mail.cause = 'outcome-uncertain' THEN 'uncertain' ELSE 'queued' END)::"MailState",
        cause = CASE WHEN attempt.outcome = 'uncertain' OR mail.cause = 'outcome-uncertain' THEN 'outcome-uncertain'
          WHEN mail.kind = 'test' THEN 'no-worker' END,
        -- At once, unless it breaks off again and again: then whatever breaks it is given time.
        unconfirmed = mail.unconfirmed + CASE WHEN attempt.outcome = 'uncertain' THEN 1 ELSE 0 END,
        -- So many copies are out that the next one is for a person to decide.
        "dueAt" = CASE WHEN attempt.outcome = 'uncertain' AND mail.unconfirmed + 1 >= ${mostCopies}::int THEN mail."expiresAt"
          ELSE ${sqlNow()} + CASE WHEN mail.attempts > 1
            THEN least(900, 5 * power(4, least(mail.attempts - 2, 10))) * (0.75 + random() / 2) ELSE 0 END * interval '1 second' END
      FROM stranded LEFT JOIN attempt ON attempt."mailId" = stranded.id
      WHERE mail.id = stranded.id
      RETURNING mail.*
    ), tally AS (${tallyAttempts}), hooks AS (${tellOfMails})
    SELECT count(*)::int AS count FROM mail`
  const count = row?.count ?? 0
  if (count > 0) log.warn({ mails: count }, 'took over mails that a worker had left')
  return count === batch ? count + (await takeOver(workerId, inHand)) : count
}

/** Ends the mails that wait past their expiry: nobody wants them any more. The last attempt says why. @returns how many */
export async function endExpired(): Promise<number> {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    WITH late AS MATERIALIZED (
      SELECT id FROM "OutboundMail" WHERE ${isWaiting} AND "expiresAt" <= ${sqlNow()}
      ORDER BY "expiresAt" LIMIT ${batch} FOR UPDATE SKIP LOCKED
    ), mail AS (
      UPDATE "OutboundMail" mail SET state = 'failed', cause = 'expired', "dueAt" = least("dueAt", ${sqlNow()}) FROM late WHERE mail.id = late.id RETURNING mail.*
    ), tally AS (${tallyMails}), hooks AS (${tellOfMails})
    SELECT count(*)::int AS count FROM mail`
  const count = row?.count ?? 0
  return count === batch ? count + (await endExpired()) : count
}
