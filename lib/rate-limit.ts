// Attempts counted on the database, so that all nodes count together. Whatever strangers try takes a bounded
// number of rows: keys fall into slots.
import { createHash } from 'node:crypto'
import { Prisma } from '@/generated/prisma/client'
import { db, sqlNow, type Tx } from './db'

export type Limit = { name: string; points: number; seconds: number }

/** One limit, and what counts against it. */
export type Counted = {
  limit: Limit
  key: string
  /** Whose attempts these are, for `forgetAttempts` */
  subject?: string
}

/** For what is counted and never refused. */
export const noLimit = 2 ** 31 - 2

/**
 * Counts one attempt against all of these limits, or against none: what the first of them refuses is no
 * attempt to the others. The refusing one counts how many it has refused.
 * @param counted the narrowest limit first
 * @returns 0 when the attempt may go on, else the seconds to wait
 */
export async function countAttempt(...counted: Counted[]): Promise<number> {
  const keys = counted.map(keyOf)
  const running = Prisma.sql`held."expiresAt" > ${sqlNow()}`
  const rows = await db().$queryRaw<{ wait: number; full: boolean; charged: boolean }[]>`
    WITH wanted AS (
      SELECT key, subject, allowed, seconds, place FROM unnest(
        ${keys}::text[], ${counted.map(({ subject }) => subject ?? null)}::text[],
        ${counted.map(({ limit }) => limit.points)}::int[], ${counted.map(({ limit }) => limit.seconds)}::int[]
      ) WITH ORDINALITY AS one(key, subject, allowed, seconds, place)
    ), spent AS (
      SELECT held.key, held."expiresAt" FROM wanted JOIN "RateLimit" held USING (key)
      WHERE ${running} AND held.points >= wanted.allowed
      ORDER BY place LIMIT 1
    ), refused AS (
      UPDATE "RateLimit" held SET refused = held.refused + 1 FROM spent WHERE held.key = spent.key
    ), charged AS (
      INSERT INTO "RateLimit" AS held (key, subject, points, "expiresAt")
      SELECT key, subject, 1, ${sqlNow()} + seconds * interval '1 second'
      FROM wanted WHERE NOT EXISTS (SELECT FROM spent) ORDER BY place
      ON CONFLICT (key) DO UPDATE SET 
        points = CASE WHEN ${running} THEN held.points + 1 ELSE 1 END,
        refused = CASE WHEN ${running} THEN held.refused ELSE 0 END,
        subject = CASE WHEN ${running} THEN held.subject ELSE excluded.subject END,
        "expiresAt" = CASE WHEN ${running} THEN held."expiresAt" ELSE excluded."expiresAt" END
      RETURNING key, points, "expiresAt"
    )
    SELECT ${secondsTo(Prisma.sql`spent."expiresAt"`)} AS wait, true AS full, false AS charged FROM spent
    UNION ALL
    SELECT ${secondsTo(Prisma.sql`charged."expiresAt"`)}, charged.points > wanted.allowed, true
    FROM charged JOIN wanted USING (key)`
  const full = rows.find(row => row.full)
  if (!full) return 0
  // Several who came at once all saw room for one.
  if (full.charged) await db().$executeRaw(takeBack(keys))
  return Math.max(1, Math.ceil(full.wait))
}

const secondsTo = (end: Prisma.Sql) => Prisma.sql`extract(epoch FROM ${end} - ${sqlNow()})::float`

/**
 * Counts one attempt of each of many who came at the same time against one limit, in one statement.
 * @param whose may hold the same key several times @returns for each whether the attempt may go on
 */
export async function countEach(limit: Limit, whose: string[]): Promise<boolean[]> {
  const keys = whose.map(key => keyOf({ limit, key }))
  const times = new Map<string, number>()
  for (const key of keys) times.set(key, (times.get(key) ?? 0) + 1)
  const running = Prisma.sql`held."expiresAt" > ${sqlNow()}`
  const counted = await db().$queryRaw<{ key: string; points: number }[]>`
    INSERT INTO "RateLimit" AS held (key, points, "expiresAt")
    SELECT key, times, ${sqlNow()} + ${limit.seconds}::int * interval '1 second'
    FROM unnest(${[...times.keys()]}::text[], ${[...times.values()]}::int[]) AS one(key, times) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
      points = CASE WHEN ${running} THEN held.points ELSE 0 END + excluded.points,
      refused = CASE WHEN ${running} THEN held.refused ELSE 0 END,
      "expiresAt" = CASE WHEN ${running} THEN held."expiresAt" ELSE excluded."expiresAt" END
    RETURNING key, points`
  const over = counted
    .map(({ key, points }) => ({ key, by: Math.min(points - limit.points, times.get(key) ?? 0) }))
    .filter(({ by }) => by > 0)
  // What was refused is no attempt.
  if (over.length > 0)
    await db().$executeRaw`
      UPDATE "RateLimit" held SET points = held.points - one.by, refused = held.refused + one.by
      FROM unnest(${over.map(({ key }) => key)}::text[], ${over.map(({ by }) => by)}::int[]) AS one(key, by)
      WHERE held.key = one.key`
  const room = new Map(times)
  for (const { key, by } of over) room.set(key, (times.get(key) ?? 0) - by)
  return keys.map(key => {
    const left = room.get(key) ?? 0
    room.set(key, left - 1)
    return left > 0
  })
}

/**
 * Refuses those of many who came at the same time for whom a limit has no room, and counts them as refused. Of the
 * others nothing is counted. @param whose may hold the same key several times @returns for each whether it is refused
 */
export async function refuseFull(limit: Limit, whose: string[]): Promise<boolean[]> {
  const keys = whose.map(key => keyOf({ limit, key }))
  const full = await db().$queryRaw<{ key: string }[]>`
    WITH asked AS (SELECT key, count(*)::int AS times FROM unnest(${keys}::text[]) AS one(key) GROUP BY key)
    UPDATE "RateLimit" held SET refused = held.refused + asked.times FROM asked
    WHERE held.key = asked.key AND held.points >= ${limit.points}::int AND held."expiresAt" > ${sqlNow()}
    RETURNING held.key`
  const refused = new Set(full.map(({ key }) => key))
  return keys.map(key => refused.has(key))
}

/**
 * Counts several attempts of one key at once, as far as there is room for them.
 * @returns how many may go on, for how many there is room after them, and the seconds until the window ends
 */
export async function countSeveral(
  { limit, key }: Counted,
  wanted: number,
): Promise<{ granted: number; left: number; seconds: number }> {
  const running = Prisma.sql`held."expiresAt" > ${sqlNow()}`
  const [row] = await db().$queryRaw<{ points: number; seconds: number }[]>`
    INSERT INTO "RateLimit" AS held (key, points, "expiresAt")
    VALUES (${keyOf({ limit, key })}, ${wanted}::int, ${sqlNow()} + ${limit.seconds}::int * interval '1 second')
    ON CONFLICT (key) DO UPDATE SET
      -- Never so far beyond the limit that the number has no place.
      points = least(CASE WHEN ${running} THEN held.points ELSE 0 END, ${limit.points}::int) + excluded.points,
      "expiresAt" = CASE WHEN ${running} THEN held."expiresAt" ELSE excluded."expiresAt" END
    RETURNING points, ${secondsTo(Prisma.sql`"expiresAt"`)} AS seconds`
  const { points = 0, seconds = 0 } = row ?? {}
  const granted = Math.max(0, Math.min(wanted, limit.points - points + wanted))
  return { granted, left: Math.max(0, limit.points - points), seconds: Math.max(1, Math.ceil(seconds)) }
}

/** The seconds to wait for one more attempt, without counting one; 0 if there is room. */
export async function waitFor(counted: Counted): Promise<number> {
  const [row] = await db().$queryRaw<{ wait: number }[]>`
    SELECT ${secondsTo(Prisma.sql`"expiresAt"`)} AS wait FROM "RateLimit"
    WHERE key = ${keyOf(counted)} AND points >= ${counted.limit.points} AND "expiresAt" > ${sqlNow()}`
  return row ? Math.max(1, Math.ceil(row.wait)) : 0
}

/** Takes one attempt back: it turned out to be a good one. @param forgotten of this, all attempts are */
export async function takeBackAttempt(tx: Tx, counted: Counted[], forgotten?: Counted): Promise<void> {
  await tx.$executeRaw(takingBack(counted, forgotten))
}

/** The same as a part of a statement. @param condition whether it is done, once that is known */
export const takingBack = (counted: Counted[], forgotten?: Counted, condition?: Prisma.Sql): Prisma.Sql =>
  takeBack(counted.map(keyOf), forgotten && keyOf(forgotten), condition)

/** In the order in which they are counted, so that nobody waits for each other. */
function takeBack(keys: string[], forgotten: string | null = null, condition = Prisma.sql`true`): Prisma.Sql {
  const all = forgotten === null ? keys : [forgotten, ...keys]
  return Prisma.sql`
    UPDATE "RateLimit" SET points = CASE WHEN key = ${forgotten} THEN 0 ELSE points - 1 END
    WHERE points > 0 AND key IN (
      SELECT key FROM "RateLimit" WHERE key = ANY (${all}::text[]) AND ${condition}
      ORDER BY array_position(${all}::text[], key) FOR UPDATE)`
}

/** Forgets what was counted of one key. */
export async function forgetCount(tx: Tx, counted: Counted): Promise<void> {
  await tx.$executeRaw`DELETE FROM "RateLimit" WHERE key = ${keyOf(counted)}`
}

/** Forgets the attempts of a subject: whoever proved to be the owner starts anew. @returns how many keys */
export const forgetAttempts = (tx: Tx, subject: string): Promise<number> =>
  tx.$executeRaw`
    DELETE FROM "RateLimit" WHERE key IN (
      SELECT key FROM "RateLimit" WHERE subject = ${subject} ORDER BY key FOR UPDATE)`

/** Deletes windows that are over. @returns how many */
export const deleteOverLimits = (batch: number): Promise<number> =>
  db().$executeRaw`
    DELETE FROM "RateLimit" WHERE key IN (
      SELECT key FROM "RateLimit" WHERE "expiresAt" <= ${sqlNow()} LIMIT ${batch} FOR UPDATE SKIP LOCKED)`

/**
 * A key is one of 65,536 slots of its limit. That two of those who are counted at the same time share one is
 * rare, and does no more than share their allowance.
 */
const keyOf = ({ limit, key }: Counted): string => `${limit.name}:${slotOf(key)}`
const slotOf = (key: string) => createHash('sha256').update(key).digest('hex').slice(0, 4)
