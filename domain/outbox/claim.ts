// How a worker gets its next mails: whom a person waits for first, tenants in turns, each mail to one worker.
import { Prisma } from '@/generated/prisma/client'
import { query, sqlNow } from '@/lib/db'
import { isWaiting } from './states'

export type ClaimedMail = {
  id: string
  messageId: string
  kind: string
  rank: number
  recipient: string
  locale: string
  parameters: Prisma.JsonValue
  linkTokenId: string | null
  mailServerVersionId: string | null
  /** Why it was not sent before */
  cause: string | null
  createdAt: Date
  attempt: { number: number; versionId: string }
}

export type Claim = {
  workerId: string
  /** Of the routes that the worker goes by */
  revision: number
  /** What the attempts are to be made with; null for test mails alone, each of which has its own */
  version: { id: string; name: string } | null
  limit: number
  /** For tests: these, due or not */
  only?: string[]
}

/**
 * Takes due mails for a worker and opens their next attempts, in one statement. Costs the same however
 * many wait. Waits for the disk: a claim that the database could forget would leave a mail in two hands.
 * @returns null if the routes are outdated or sending is paused
 */
export async function claimMails(claim: Claim): Promise<ClaimedMail[] | null> {
  const { workerId, revision, version } = claim
  const [row] = await query<{ open: boolean; mails: ClaimedRow[] | null }>(Prisma.sql`
    WITH RECURSIVE control AS MATERIALIZED (
      SELECT coalesce(max(revision), 0) = ${revision}::int AND count("pausedAt") = 0 AS open FROM "OutboxControl"
    ), ${pick(claim)}, claimed AS (
      UPDATE "OutboundMail" mail SET state = 'sending', "workerId" = ${workerId}::uuid, attempts = attempts + 1
      FROM picked WHERE mail.id = picked.id
      RETURNING mail.*, picked.place
    ), attempt AS (
      INSERT INTO "DeliveryAttempt"
        ("mailId", number, "mailServerVersionId", "serverName", phase, outcome, "workerId", "startedAt")
      SELECT claimed.id, attempts, coalesce(claimed."mailServerVersionId", ${version?.id ?? null}::uuid),
        coalesce(version.name, ${version?.name ?? ''}), 'dns', 'running', ${workerId}::uuid, ${sqlNow()}
      FROM claimed LEFT JOIN "MailServerVersion" version ON version.id = claimed."mailServerVersionId"
    )
    SELECT (SELECT open FROM control) AS open, (
      SELECT json_agg(json_build_object('id', id, 'messageId', "messageId", 'kind', kind, 'rank', rank,
        'recipient', recipient, 'locale', locale, 'parameters', parameters, 'linkTokenId', "linkTokenId", 'cause', cause,
        'mailServerVersionId', "mailServerVersionId", 'createdAt', "createdAt", 'attempt', json_build_object(
          'number', attempts, 'versionId', coalesce("mailServerVersionId", ${version?.id ?? null}::uuid))) ORDER BY place)
      FROM claimed
    ) AS mails`)
  if (!row?.open) return null
  return (row.mails ?? []).map(mail => ({ ...mail, createdAt: new Date(mail.createdAt) }))
}

type ClaimedRow = Omit<ClaimedMail, 'createdAt'> & { createdAt: string }

function pick({ limit, version, only }: Claim): Prisma.Sql {
  if (only)
    return Prisma.sql`picked AS (
      SELECT id, row_number() OVER (ORDER BY "createdAt", id) AS place FROM "OutboundMail"
      WHERE id = ANY (${only}::uuid[]) AND ${isWaiting} AND "expiresAt" > ${sqlNow()}
        AND ("mailServerVersionId" IS NULL) = ${version !== null}
        AND (SELECT open FROM control))`
  if (!version)
    return Prisma.sql`picked AS MATERIALIZED (
      SELECT id, 1 AS place FROM "OutboundMail"
      WHERE ${isWaiting} AND rank = 0 AND "dueAt" <= ${sqlNow()} AND "expiresAt" > ${sqlNow()}
        AND (SELECT open FROM control)
      ORDER BY "tenantKey", "dueAt", id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)`
  // One look at the index for each tenant that has due mail; from each as many as make the batch, at least
  // a few, then one of each tenant after the other.
  return Prisma.sql`
    next AS (
      (SELECT rank, "tenantKey" FROM "OutboundMail"
        WHERE ${isWaiting} AND "dueAt" <= ${sqlNow()} ORDER BY rank, "tenantKey" LIMIT 1)
      UNION ALL
      SELECT after.rank, after."tenantKey" FROM next, LATERAL (
        SELECT rank, "tenantKey" FROM "OutboundMail"
        WHERE ${isWaiting} AND (rank, "tenantKey") > (next.rank, next."tenantKey") AND "dueAt" <= ${sqlNow()}
        ORDER BY rank, "tenantKey" LIMIT 1) after
    ), turn AS MATERIALIZED (
      SELECT * FROM next LIMIT ${limit}::int
    ), due AS MATERIALIZED (
      SELECT mine.id, turn.rank, mine."dueAt", row_number() OVER (PARTITION BY turn.rank, turn."tenantKey" ORDER BY mine."dueAt", mine.id) AS nth
      FROM turn, LATERAL (
        SELECT id, "dueAt" FROM "OutboundMail" mail
        WHERE ${isWaiting} AND mail.rank = turn.rank AND mail."tenantKey" = turn."tenantKey"
          AND "dueAt" <= ${sqlNow()} AND "expiresAt" > ${sqlNow()}
        ORDER BY "dueAt", id
        LIMIT (SELECT least(${limit}::int, greatest(4 * ${limit}::int / count(*), 10)) FROM turn)
        FOR UPDATE SKIP LOCKED) mine
      WHERE (SELECT open FROM control)
    ), picked AS MATERIALIZED (
      SELECT id, row_number() OVER (ORDER BY rank, nth, "dueAt") AS place FROM due ORDER BY place LIMIT ${limit}::int
    )`
}
