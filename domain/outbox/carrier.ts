// Whose servers carry a mail: those of the installation, or the tenant's own. It is decided when the mail is queued, and
// again for what waits when the policy or the servers have changed. The rank says it: what the tenant's own carry has
// ranks of its own, so that neither a worker for the installation's servers nor an older node ever takes it.
import { Prisma } from '@/generated/prisma/client'
import { db, query, sqlNow } from '@/lib/db'
import { inTheirOwnTime } from './retry-policy'
import { isWaiting } from './states'

/** So much higher is the rank of what the tenant's own servers carry. */
export const ownRanks = 10

/** The ranks that there are: of the installation's servers. */
export const ranksOfAll = [0, 1, 2, 3, 4]
/** And of the tenants' own. */
export const ranksOfOwn = ranksOfAll.map(rank => rank + ownRanks)

/** Whether the tenant's own servers carry what has this rank. */
export const isOwn = (rank: number): boolean => rank >= ownRanks

/** How a mail stands to others, whoever carries it. */
export const urgencyOf = (rank: number): number => rank % ownRanks

const serverOf = (tenant: Prisma.Sql, more: Prisma.Sql) => Prisma.sql`EXISTS (
  SELECT FROM "MailServer" server WHERE server."tenantId" = ${tenant} AND server."tenantEnabled" ${more}
    AND EXISTS (SELECT FROM "MailServerVersion" version WHERE version."mailServerId" = server.id AND version.state = 'active'))`

const isSending = Prisma.sql`AND server."pausedAt" IS NULL AND server."breakerOpenedAt" IS NULL`

/** The rank of alarm mails, of whatever kind. */
export const alarmRank = 4

/** Whether the policy lets the tenant's own servers carry a mail, and the rule that it comes from wants no others. */
const mayOwn = ({ kind, parameters }: Row) =>
  Prisma.sql`policy.servers <> 'system' AND ${kind} <> 'test' AND (policy."accountMails" OR ${kind} LIKE 'alarm%')
    AND (policy.servers = 'own-required' OR ${parameters}->>'mailServer' IS DISTINCT FROM 'system')`

/** What of a row of OutboundMail decides, by the name that it has in a statement. */
type Row = Record<'rank' | 'kind' | 'parameters', Prisma.Sql>
export const rowNamed = (name: string): Row => ({
  rank: Prisma.raw(`${name}.rank`),
  kind: Prisma.raw(`${name}.kind`),
  parameters: Prisma.raw(`${name}.parameters`),
})

/**
 * Whether the tenant's own servers carry a mail of a kind, by its policy, which is null for none: where they must, also
 * while there are none; where they fall back, only while one of them takes mail. A test of a tenant's server is always
 * its own: an older node, which would connect to any address, does not take it.
 */
const carriedByOwn = (
  row: Row,
) => Prisma.sql`coalesce(policy."tenantId" IS NOT NULL AND ${row.kind} = 'test' OR ${mayOwn(row)} AND (
  policy.servers = 'own-required'
  OR (${serverOf(Prisma.sql`policy."tenantId"`, Prisma.empty)}
    AND (NOT policy."fallsBack" OR ${serverOf(Prisma.sql`policy."tenantId"`, isSending)}))), false)`

/** The rank of a mail with the carrier that it is to have; its row `mail` is joined with the `policy` of its tenant. */
export const rankFor = (row: Row) =>
  Prisma.sql`(${row.rank} % ${ownRanks}::int + CASE WHEN ${carriedByOwn(row)} THEN ${ownRanks}::int ELSE 0 END)`

/** Why an attempt is made where it is made, for `DeliveryAttempt.route`; null where that is a matter of course. */
export const routeOf = Prisma.sql`(SELECT CASE
    WHEN claimed.rank >= ${ownRanks}::int THEN 'own'
    WHEN NOT (${mayOwn(rowNamed('claimed'))}) THEN NULL
    WHEN ${serverOf(Prisma.sql`policy."tenantId"`, Prisma.empty)} THEN 'fell-back' ELSE 'no-own' END
  FROM "TenantMailPolicy" policy WHERE policy."tenantId" = claimed."tenantId")`

const batch = 1_000

/**
 * Decides again for the waiting mails of these tenants. Those in a worker's hands end where they are. @returns how many
 * change
 */
export async function decideCarriers(tenantIds: readonly string[]): Promise<number> {
  let count = 0
  for (let more = tenantIds.length > 0; more; ) {
    const changed = await db().$executeRaw`
      UPDATE "OutboundMail" SET rank = decided.rank,
        -- A mail that only waits for the servers it had is due at those it has now.
        "dueAt" = CASE WHEN state = 'deferred' AND cause <> ALL (${inTheirOwnTime}::text[]) THEN least("dueAt", ${sqlNow()}) ELSE "dueAt" END
      FROM (
        SELECT mail.id, ${rankFor(rowNamed('mail'))} AS rank
        FROM unnest(${[...tenantIds]}::uuid[]) AS tenant(id)
        CROSS JOIN unnest(${[...ranksOfAll, ...ranksOfOwn]}::int[]) AS each(rank)
        JOIN "OutboundMail" mail ON ${isWaiting} AND mail.rank = each.rank AND mail."tenantKey" = tenant.id
        LEFT JOIN "TenantMailPolicy" policy ON policy."tenantId" = tenant.id
        WHERE mail.rank <> ${rankFor(rowNamed('mail'))}
        LIMIT ${batch} FOR UPDATE OF mail SKIP LOCKED
      ) decided
      WHERE "OutboundMail".id = decided.id`
    count += changed
    more = changed === batch
  }
  return count
}

/**
 * The tenants of which mail is due that their own servers carry, and whether a test is among it. One look at the index
 * for each that has any waiting.
 */
export async function dueOfOwn(): Promise<{ tenantId: string; test: boolean }[]> {
  return query(Prisma.sql`
    WITH RECURSIVE step AS (
      SELECT each.rank, first.* FROM unnest(${ranksOfOwn}::int[]) AS each(rank), LATERAL (
        SELECT mail."tenantKey", mail."dueAt" FROM "OutboundMail" mail
        WHERE ${isWaiting} AND mail.rank = each.rank
        ORDER BY mail."tenantKey", mail."dueAt", mail.id LIMIT 1) first
      UNION ALL
      SELECT step.rank, next.* FROM step, LATERAL (
        SELECT mail."tenantKey", mail."dueAt" FROM "OutboundMail" mail
        WHERE ${isWaiting} AND mail.rank = step.rank AND mail."tenantKey" > step."tenantKey"
        ORDER BY mail."tenantKey", mail."dueAt", mail.id LIMIT 1) next
    )
    SELECT "tenantKey" AS "tenantId", bool_or(rank = ${ownRanks}::int) AS test FROM step
    WHERE "dueAt" <= ${sqlNow()} GROUP BY 1 ORDER BY 1`)
}
