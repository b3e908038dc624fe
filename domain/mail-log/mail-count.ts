// How many mails are in each state, told without reading them all.
import { Prisma } from '@/generated/prisma/client'
import { MailState } from '@/generated/prisma/enums'
import { type Count, countedTo } from '@/lib/count'
import { db } from '@/lib/db'
import { indexed, type MailQuery, matching, troubled, waiting } from './mail-filter'

export type MailCounts = Record<MailState, Count> & { all: Count }

/** The number of mails in each state, for a query whatever its own state is. */
export async function countMails({ state: _, ...query }: MailQuery): Promise<MailCounts> {
  const plain = !query.kind && !query.id && !query.address && !query.part
  const rows = await (plain ? countAll(query) : countMatching(query))
  const counts = Object.fromEntries(
    Object.values(MailState).map(state => {
      const { number = 0, more = false } = rows.find(row => row.state === state) ?? {}
      return [state, { number, more: more || number > countedTo }]
    }),
  ) as Record<MailState, Count>
  const each = Object.values(counts)
  const number = each.reduce((sum, count) => sum + count.number, 0)
  return { ...counts, all: { number, more: number > countedTo || each.some(({ more }) => more) } }
}

type Row = Count & { state: MailState }

/**
 * Every state by the shortest way to it. Sent mails have no index of their own, it would cost each of them
 * a write: they are looked for among the newest and the oldest, and queued ones among those that wait.
 */
function countAll(query: MailQuery): Promise<Row[]> {
  const mine = matching(query)
  const most = Prisma.raw(String(countedTo + 1))
  const known = [...troubled, MailState.sending].map(
    state => Prisma.sql`
      SELECT ${state} AS state, count(*)::int AS number, false AS more
      FROM (SELECT 1 FROM "OutboundMail" WHERE ${matching({ ...query, state })} LIMIT ${most}) mail`,
  )
  const key = query.tenantId ? Prisma.sql`"tenantKey" = ${query.tenantId}::uuid` : Prisma.sql`true`
  const waits = Prisma.sql`${waiting} AND ${key}`
  return db().$queryRaw`
    ${Prisma.join(known, ' UNION ALL ')}
    UNION ALL
    SELECT 'queued', count(*)::int, CASE WHEN count(*) > ${countedTo} THEN true
      ELSE EXISTS (SELECT 1 FROM "OutboundMail" WHERE ${waits} OFFSET ${10 * looked}) END
    FROM (
      SELECT 1 FROM (SELECT state FROM "OutboundMail" WHERE ${waits} LIMIT ${10 * looked}) mail
      WHERE state = 'queued' LIMIT ${most}
    ) mail
    UNION ALL
    SELECT 'sent', count(*) FILTER (WHERE state = 'sent')::int, count(*) = ${2 * looked}
    FROM (
      (SELECT id, state FROM "OutboundMail" WHERE ${mine} ORDER BY "createdAt" DESC, id DESC LIMIT ${looked})
      UNION
      (SELECT id, state FROM "OutboundMail" WHERE ${mine} ORDER BY "createdAt", id LIMIT ${looked})
    ) mail`
}

/** Where no index knows what is asked for: among the newest. */
async function countMatching(query: MailQuery): Promise<Row[]> {
  const rows = await db().$queryRaw<{ state: MailState; number: number; seen: number }[]>`
    SELECT state, count(*) FILTER (WHERE ${matching(query)})::int AS number, count(*)::int AS seen
    FROM (
      SELECT * FROM "OutboundMail" WHERE ${indexed(query)} ORDER BY "createdAt" DESC, id DESC LIMIT ${5 * looked}
    ) mail
    GROUP BY state`
  const more = rows.reduce((sum, { seen }) => sum + seen, 0) === 5 * looked
  return Object.values(MailState).map(state => ({
    state,
    number: rows.find(row => row.state === state)?.number ?? 0,
    more,
  }))
}

const looked = countedTo + 100
