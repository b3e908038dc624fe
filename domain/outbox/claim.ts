// How a worker gets its next mails: whom a person waits for first, tenants in turns, each mail to one worker.
import { Prisma } from '@/generated/prisma/client'
import { query, sqlNow } from '@/lib/db'
import { alarmRank, ownRanks, ranksOfAll, ranksOfOwn, routeOf } from './carrier'
import { noTenant } from './outbound-mail'
import { heldBackFrom } from './quota'
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
  tenantId: string | null
  /** Why it was not sent before */
  cause: string | null
  /** How many copies of it are out of which nobody knows whether they arrived */
  unconfirmed: number
  createdAt: Date
  /** When it was taken out of the limits of the server that it is to go through, where that has any */
  takenAt?: string
  /** `startedAt` tells this claim from another one that had the same number and was put back. */
  attempt: { number: number; versionId: string; startedAt: string }
}

export type Claim = {
  workerId: string
  /** Of the routes that the worker goes by */
  revision: number
  /** What the attempts are to be made with; null for test mails alone, each of which has its own */
  version: { id: string; name: string } | null
  limit: number
  /** The tenant whose own servers carry them; by default the installation's */
  fleet?: string | null
  /** Whether tenants may have servers of their own, and whether any has a quota: else nothing is asked of that. */
  tenants?: { own: boolean; quotas: boolean }
}

/**
 * Takes due mails for a worker and opens their next attempts, in one statement. Costs the same however
 * many wait. Waits for the disk: a claim that the database could forget would leave a mail in two hands.
 * @returns null if the routes are outdated or sending is paused
 */
export async function claimMails(claim: Claim): Promise<ClaimedMail[] | null> {
  const { workerId, revision, version, limit, fleet = null } = claim
  const { own = false, quotas = false } = claim.tenants ?? {}
  const picked = !version
    ? pickTests(limit, fleet)
    : fleet
      ? pickOwn(fleet, limit)
      : pickInTurns(limit, quotas)
  const counts = version && !fleet && quotas
  const [row] = await query<{ open: boolean; mails: ClaimedRow[] | null }>(Prisma.sql`
    WITH control AS MATERIALIZED (
      SELECT coalesce(max(revision), 0) = ${revision}::int AND count("pausedAt") = 0 AS open FROM "OutboxControl"
    ), ${picked}, claimed AS (
      UPDATE "OutboundMail" mail SET state = 'sending', "workerId" = ${workerId}::uuid, attempts = attempts + 1
        ${counts ? Prisma.sql`, "countedAt" = CASE WHEN kind = 'test' THEN NULL ELSE coalesce("countedAt", ${sqlNow()}) END` : Prisma.empty}
      FROM picked WHERE mail.id = picked.id
      RETURNING mail.*, picked.place
    ), attempt AS (
      INSERT INTO "DeliveryAttempt"
        ("mailId", number, "mailServerVersionId", "serverName", route, phase, outcome, "workerId", "startedAt")
      SELECT claimed.id, attempts, coalesce(claimed."mailServerVersionId", ${version?.id ?? null}::uuid),
        coalesce(version.name, ${version?.name ?? ''}), ${own || fleet ? routeOf : Prisma.sql`NULL`}, 'dns', 'running', ${workerId}::uuid, ${sqlNow()}
      FROM claimed LEFT JOIN "MailServerVersion" version ON version.id = claimed."mailServerVersionId"
      RETURNING "mailId", "startedAt"
    )
    SELECT (SELECT open FROM control) AS open, (
      SELECT json_agg(json_build_object('id', id, 'messageId', "messageId", 'kind', kind, 'rank', rank,
        'recipient', recipient, 'locale', locale, 'parameters', parameters, 'linkTokenId', "linkTokenId", 'cause', cause,
        'unconfirmed', unconfirmed, 'mailServerVersionId', "mailServerVersionId", 'tenantId', "tenantId", 'createdAt', "createdAt",
        'attempt', json_build_object('number', attempts, 'startedAt', attempt."startedAt",
          'versionId', coalesce("mailServerVersionId", ${version?.id ?? null}::uuid))) ORDER BY place)
      FROM claimed JOIN attempt ON attempt."mailId" = claimed.id
    ) AS mails`)
  if (!row?.open) return null
  return (row.mails ?? []).map(mail => ({ ...mail, createdAt: new Date(mail.createdAt) }))
}

type ClaimedRow = Omit<ClaimedMail, 'createdAt'> & { createdAt: string }

/** All ranks of the installation's servers, and where their circle begins. */
const ranks = Prisma.sql`(VALUES ${Prisma.join(ranksOfAll.map(rank => Prisma.sql`(${Prisma.raw(`${rank}`)}, ${noTenant}::uuid)`))}) AS each(rank, "tenantKey")`

/** How many mails are due, counted no further than to so many. */
export async function countDue(most: number): Promise<number> {
  const [row] = await query<{ due: number }>(Prisma.sql`
    WITH first AS MATERIALIZED (SELECT * FROM ${ranks}), ${tenants(most)}
    SELECT count(*)::int AS due FROM (
      SELECT 1 FROM tenant, LATERAL (${dueOfTenant()} LIMIT ${most}::int) mine LIMIT ${most}::int) due`)
  return row?.due ?? 0
}

const pickTests = (limit: number, fleet: string | null) => Prisma.sql`
  picked AS MATERIALIZED (
    SELECT id, 1 AS place FROM "OutboundMail"
    WHERE ${isWaiting} AND ${fleet ? Prisma.sql`rank = ${ownRanks}::int AND "tenantKey" = ${fleet}::uuid` : Prisma.sql`rank = 0`} AND "dueAt" <= ${sqlNow()} AND "expiresAt" > ${sqlNow()}
      AND (SELECT open FROM control)
    ORDER BY "tenantKey", "dueAt", id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)`

/** What the tenant's own servers carry, the most urgent first. */
const pickOwn = (tenantId: string, limit: number) => Prisma.sql`
  picked AS MATERIALIZED (
    SELECT mine.id, row_number() OVER (ORDER BY own.rank, mine."dueAt", mine.id) AS place
    FROM (VALUES ${Prisma.join(ranksOfOwn.map(rank => Prisma.sql`(${Prisma.raw(`${rank}`)})`))}) AS own(rank), LATERAL (
      SELECT mail.id, mail."dueAt" FROM "OutboundMail" mail
      WHERE ${isWaiting} AND mail.rank = own.rank AND mail."tenantKey" = ${tenantId}::uuid
        AND mail."dueAt" <= ${sqlNow()} AND mail."expiresAt" > ${sqlNow()} AND (SELECT open FROM control)
      ORDER BY mail."dueAt", mail.id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED) mine
    ORDER BY own.rank, mine."dueAt", mine.id LIMIT ${limit}::int)`

/** How many of a tenant there are due that its own servers carry, counted no further than to so many. */
export async function countOwnDue(tenantId: string, most: number): Promise<number> {
  const [row] = await query<{ due: number }>(Prisma.sql`
    SELECT count(*)::int AS due FROM (
      SELECT 1 FROM unnest(${ranksOfOwn}::int[]) AS tenant(rank), LATERAL (
        SELECT mail.id FROM "OutboundMail" mail
        WHERE ${isWaiting} AND mail.rank = tenant.rank AND mail."tenantKey" = ${tenantId}::uuid
          AND mail."dueAt" <= ${sqlNow()} AND mail."expiresAt" > ${sqlNow()}
        LIMIT ${most}::int) mine LIMIT ${most}::int) due`)
  return row?.due ?? 0
}

/**
 * The tenants stand in a circle, by their keys, and each claim goes on behind the tenant that the last one
 * ended with: nobody is served twice while another waits. From each as many as make the batch, at least a few,
 * then one of each tenant after the other. Two who claim at once take turns too, for a moment: the second goes
 * on where the first has ended.
 */
const pickInTurns = (limit: number, quotas: boolean) => Prisma.sql`
  turn AS MATERIALIZED (
    SELECT rank, "tenantKey" FROM "OutboxTurn" WHERE (SELECT open FROM control) ORDER BY rank FOR UPDATE
  ), first AS MATERIALIZED (
    SELECT each.rank, coalesce(turn."tenantKey", each."tenantKey") AS "tenantKey"
    FROM ${ranks} LEFT JOIN turn ON turn.rank = each.rank WHERE (SELECT open FROM control)
  ), ${quotas ? quota() : Prisma.empty} ${tenants(limit, quotas ? notUsedUp : Prisma.sql`true`)}, due AS MATERIALIZED (
    SELECT mine.id, tenant.rank, tenant."tenantKey", tenant.place, mine.counted,
      row_number() OVER (PARTITION BY tenant.rank, tenant."tenantKey" ORDER BY mine."dueAt", mine.id) AS nth
    FROM tenant, LATERAL (${dueOfTenant()}
      LIMIT (SELECT least(${limit}::int, greatest(4 * ${limit}::int / count(*), 10)) FROM tenant)
      FOR UPDATE SKIP LOCKED) mine
  ), picked AS MATERIALIZED (
    SELECT id, rank, "tenantKey", counted, row_number() OVER (ORDER BY rank, nth, place) AS place
    FROM ${quotas ? withinQuota : Prisma.sql`due`} ORDER BY 5 LIMIT ${limit}::int
  ), ${quotas ? counting() : Prisma.empty} ended AS (
    INSERT INTO "OutboxTurn" (rank, "tenantKey")
    SELECT DISTINCT ON (rank) rank, "tenantKey" FROM picked ORDER BY rank, place DESC
    ON CONFLICT (rank) DO UPDATE SET "tenantKey" = excluded."tenantKey"
  )`

/**
 * The CTE `tenant`: those that have due mail, in the order of their turns, beginning behind the one that `first`
 * names for each rank. One look at the index for each tenant that has any mail waiting.
 */
const tenants = (most: number, which = Prisma.sql`true`) => Prisma.sql`
  tenant AS MATERIALIZED (
    SELECT rank, "tenantKey", row_number() OVER (ORDER BY rank, lap, "tenantKey") AS place
    FROM (
      SELECT first.rank, 0 AS lap, behind."tenantKey" FROM first, LATERAL (
        ${walk(Prisma.sql`mail."tenantKey" > first."tenantKey"`, Prisma.sql`true`, which)} LIMIT ${most}::int) behind
      UNION ALL
      SELECT first.rank, 1, before."tenantKey" FROM first, LATERAL (
        ${walk(Prisma.sql`true`, Prisma.sql`mail."tenantKey" <= first."tenantKey"`, which)} LIMIT ${most}::int) before
    ) circle ORDER BY 3 LIMIT ${most}::int)`

/** From tenant to tenant, in the order of their keys, past all their mails. */
const walk = (from: Prisma.Sql, to: Prisma.Sql, which: Prisma.Sql) => Prisma.sql`
  WITH RECURSIVE step AS (
    (${earliest(Prisma.sql`${from} AND ${to}`)})
    UNION ALL
    SELECT next.* FROM step, LATERAL (${earliest(Prisma.sql`mail."tenantKey" > step."tenantKey" AND ${to}`)}) next
  )
  SELECT "tenantKey" FROM step WHERE "dueAt" <= ${sqlNow()} AND ${which}`

const earliest = (whose: Prisma.Sql) => Prisma.sql`
  SELECT mail."tenantKey", mail."dueAt" FROM "OutboundMail" mail
  WHERE ${isWaiting} AND mail.rank = first.rank AND ${whose}
  ORDER BY mail."tenantKey", mail."dueAt", mail.id LIMIT 1`

const dueOfTenant = () => Prisma.sql`
  SELECT mail.id, mail."dueAt", mail.kind = 'test' OR mail."countedAt" IS NOT NULL AS counted FROM "OutboundMail" mail
  WHERE ${isWaiting} AND mail.rank = tenant.rank AND mail."tenantKey" = tenant."tenantKey"
    AND mail."dueAt" <= ${sqlNow()} AND mail."expiresAt" > ${sqlNow()}
  ORDER BY mail."dueAt", mail.id`

const heldBack = Prisma.raw(`${heldBackFrom}`)

/** As `classOfRank` says. */
const classOf = (rank: Prisma.Sql) =>
  Prisma.sql`CASE WHEN ${rank} = ${Prisma.raw(`${alarmRank}`)} THEN 'alarm' ELSE 'account' END`

const since = (unit: 'minute' | 'day') =>
  Prisma.sql`date_trunc(${Prisma.raw(`'${unit}'`)}, ${sqlNow()}, 'UTC')`

/**
 * The CTE `quota`: what is left to those who have any, held until the mails that take of it are counted. In one order, so
 * that two who claim at once do not wait for each other crosswise.
 */
const quota = () => Prisma.sql`quota AS MATERIALIZED (
    SELECT use."tenantId", use.class, greatest(0, least(
      policy."maxPerMinute" - CASE WHEN use."minuteAt" = ${since('minute')} THEN use."minuteCount" ELSE 0 END,
      policy."maxPerDay" - CASE WHEN use."dayAt" = ${since('day')} THEN use."dayCount" ELSE 0 END)) AS "left"
    FROM "TenantMailUse" use JOIN "TenantMailPolicy" policy ON policy."tenantId" = use."tenantId"
    WHERE policy."maxPerMinute" IS NOT NULL OR policy."maxPerDay" IS NOT NULL
    ORDER BY use."tenantId", use.class FOR UPDATE OF use
  ),`

/** Of a tenant at a rank of `first`: whether it has anything left. */
const notUsedUp = Prisma.sql`(first.rank < ${heldBack} OR NOT EXISTS (
  SELECT FROM quota WHERE quota."tenantId" = step."tenantKey" AND quota.class = ${classOf(Prisma.sql`first.rank`)} AND quota."left" = 0))`

/** Those of `due` that are counted already, and as many of the others as there is left for. */
const withinQuota = Prisma.sql`(
  SELECT due.* FROM (
    SELECT due.*, ${classOf(Prisma.sql`rank`)} AS class, count(*) FILTER (WHERE NOT counted AND rank >= ${heldBack})
      OVER (PARTITION BY "tenantKey", ${classOf(Prisma.sql`rank`)} ORDER BY rank, nth) AS taken
    FROM due) due
  LEFT JOIN quota ON quota."tenantId" = due."tenantKey" AND quota.class = due.class
  WHERE due.counted OR due.rank < ${heldBack} OR quota."left" IS NULL OR due.taken <= quota."left") within`

/** The CTE `counting`: notes how many new mails of each tenant were picked. */
const counting = () => Prisma.sql`counting AS (
    UPDATE "TenantMailUse" use SET
      "minuteCount" = CASE WHEN use."minuteAt" = ${since('minute')} THEN use."minuteCount" ELSE 0 END + mine.count,
      "dayCount" = CASE WHEN use."dayAt" = ${since('day')} THEN use."dayCount" ELSE 0 END + mine.count,
      "minuteAt" = ${since('minute')}, "dayAt" = ${since('day')}
    FROM (
      SELECT "tenantKey", ${classOf(Prisma.sql`rank`)} AS class, count(*)::int AS count
      FROM picked WHERE NOT counted GROUP BY 1, 2) mine
    WHERE use."tenantId" = mine."tenantKey" AND use.class = mine.class
  ),`
