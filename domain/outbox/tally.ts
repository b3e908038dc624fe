// How many attempts and mails ended how, and how long they took, counted hour by hour as they end: charts
// and metrics of any number of mails are read from a few rows.
import { Prisma } from '@/generated/prisma/client'

/** Upper bounds of the classes of durations, in seconds. The last one takes everything. */
export const bounds = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400, 1e9,
] as const

const list = Prisma.raw(`'{${bounds.join(',')}}'::float[]`)

/** In one order everywhere: two who count the same rows at once must not lock them crosswise. */
const counted = Prisma.sql`GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
  ON CONFLICT (hour, what, "tenantKey", kind, server, outcome, cause, seconds)
  DO UPDATE SET count = "Tally".count + excluded.count`

const columns = Prisma.sql`"Tally" (hour, what, "tenantKey", kind, server, outcome, cause, seconds, count)`

const classOf = (seconds: Prisma.Sql) =>
  Prisma.sql`(${list})[least(width_bucket(${seconds}, ${list}) + 1, ${Prisma.raw(String(bounds.length))})]`

/** An INSERT that counts the rows of a CTE `mail` (whole rows of OutboundMail, just changed) that have ended. */
export const tallyMails: Prisma.Sql = Prisma.sql`
  INSERT INTO ${columns}
  SELECT date_trunc('hour', now(), 'UTC'), 'mail', "tenantKey", kind, '', CASE WHEN kept THEN 'kept' ELSE state::text END, coalesce(cause, ''),
    ${classOf(Prisma.sql`extract(epoch FROM now() - "createdAt")::float`)}, count(*)
  FROM mail WHERE state IN ('sent', 'failed', 'cancelled') ${counted}`

/** The same for a CTE `attempt` (rows of DeliveryAttempt with the `kind` of their mail) that have just ended. */
export const tallyAttempts: Prisma.Sql = Prisma.sql`
  INSERT INTO ${columns}
  SELECT date_trunc('hour', now(), 'UTC'), 'attempt', '00000000-0000-0000-0000-000000000000'::uuid, kind,
    -- What tenants call their servers is nothing for the metrics of the installation, and any number of names.
    CASE WHEN route = 'own' THEN '' ELSE coalesce("serverName", '') END, outcome, coalesce(cause, ''),
    ${classOf(Prisma.sql`extract(epoch FROM "endedAt" - "startedAt")::float`)}, count(*)
  FROM attempt ${counted}`
