// What becomes of mails when the outbox is as it was at an earlier time: nobody knows which of them have gone since.
import { tellOfMails } from '@/domain/webhooks/events'
import { sqlNow, type Tx } from '@/lib/db'
import { mostCopies } from './retry-policy'
import { isWaiting } from './states'
import { tallyAttempts, tallyMails } from './tally'

/**
 * Leaves every mail that waits, or was in hand, to a person: sent again by itself it might arrive twice, and dropped it
 * might be lost. Test mails end. @returns how many mails a person has to decide about
 */
export async function leaveToPerson(tx: Tx): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    WITH attempt AS (
      UPDATE "DeliveryAttempt" attempt SET "endedAt" = ${sqlNow()},
        outcome = CASE WHEN phase = 'data' THEN 'uncertain' ELSE 'interrupted' END,
        cause = CASE WHEN phase = 'data' THEN 'outcome-uncertain' END
      FROM "OutboundMail" mail
      WHERE mail.state = 'sending' AND attempt."mailId" = mail.id AND attempt.outcome = 'running'
      RETURNING attempt.*, mail.kind
    ), mail AS (
      UPDATE "OutboundMail" mail SET "workerId" = NULL,
        state = (CASE WHEN kind = 'test' THEN 'failed' ELSE 'uncertain' END)::"MailState",
        cause = CASE WHEN kind = 'test' THEN 'no-worker' ELSE 'outcome-uncertain' END,
        unconfirmed = greatest(unconfirmed, ${mostCopies}::int), "dueAt" = "expiresAt"
      WHERE ${isWaiting} OR state = 'sending'
      RETURNING mail.*
    ), attempts_told AS (${tallyAttempts}), mails_told AS (${tallyMails}), hooks AS (${tellOfMails})
    SELECT count(*) FILTER (WHERE state = 'uncertain')::int AS count FROM mail`
  return row?.count ?? 0
}
