// What a mail server may be asked to do in a second, a minute and a day, by all workers together.
import { type MailServer, Prisma } from '@/generated/prisma/client'
import { db, transaction } from '@/lib/db'

export type Limits = Pick<MailServer, 'maxPerSecond' | 'maxPerMinute' | 'maxPerDay'>

export type Allowance = {
  /** How many mails may go now */
  granted: number
  /** Milliseconds until more may, if not all were granted */
  waits: number
  /** The second in which they were granted: an ISO time */
  takenAt: string
}

/** Whether a server has any such limit at all: most have none, and are not counted. */
export const isLimited = ({ maxPerSecond, maxPerMinute, maxPerDay }: Limits): boolean =>
  maxPerSecond !== null || maxPerMinute !== null || maxPerDay !== null

/**
 * Takes so many mails out of what is left of each window, as far as there is. A window begins with its
 * second, minute or day (UTC) and not with the first mail, so that all workers mean the same one.
 */
export const takeAllowance = (serverId: string, limits: Limits, wanted: number): Promise<Allowance> =>
  transaction(async tx => {
    const [use] = await tx.$queryRaw<Use[]>`
      INSERT INTO "MailServerUse" AS use
        ("mailServerId", "secondAt", "secondCount", "minuteAt", "minuteCount", "dayAt", "dayCount")
      VALUES (${serverId}::uuid, date_trunc('second', clock_timestamp()), 0,
        date_trunc('minute', clock_timestamp()), 0, date_trunc('day', clock_timestamp(), 'UTC'), 0)
      ON CONFLICT ("mailServerId") DO UPDATE SET
        "secondCount" = CASE WHEN use."secondAt" = excluded."secondAt" THEN use."secondCount" ELSE 0 END,
        "minuteCount" = CASE WHEN use."minuteAt" = excluded."minuteAt" THEN use."minuteCount" ELSE 0 END,
        "dayCount" = CASE WHEN use."dayAt" = excluded."dayAt" THEN use."dayCount" ELSE 0 END,
        "secondAt" = excluded."secondAt", "minuteAt" = excluded."minuteAt", "dayAt" = excluded."dayAt"
      RETURNING "secondAt" AS at, "secondCount" AS second, "minuteCount" AS minute, "dayCount" AS day`
    if (!use) throw new Error('a limit could not be read')
    const windows = [
      { left: (limits.maxPerSecond ?? Infinity) - use.second, milliseconds: 1_000 },
      { left: (limits.maxPerMinute ?? Infinity) - use.minute, milliseconds: 60_000 },
      { left: (limits.maxPerDay ?? Infinity) - use.day, milliseconds: 86_400_000 },
    ]
    const granted = Math.max(0, Math.min(wanted, ...windows.map(({ left }) => left)))
    if (granted > 0)
      await tx.$executeRaw`
        UPDATE "MailServerUse" SET "secondCount" = "secondCount" + ${granted}::int,
          "minuteCount" = "minuteCount" + ${granted}::int, "dayCount" = "dayCount" + ${granted}::int
        WHERE "mailServerId" = ${serverId}::uuid`
    const waits = windows
      .filter(({ left }) => left <= granted)
      .map(({ milliseconds }) => milliseconds - (Date.now() % milliseconds))
    const takenAt = use.at.toISOString()
    return { granted, waits: granted === wanted ? 0 : Math.max(0, ...waits), takenAt }
  })

type Use = { at: Date; second: number; minute: number; day: number }

/**
 * Gives back what was taken and is not needed, one mail for each `takenAt`. A window that is over by now is not
 * credited to the one after it.
 */
export async function giveBack(serverId: string, takenAt: string[]): Promise<void> {
  const ofWindow = (window: Prisma.Sql) => Prisma.sql`(SELECT count(*) FROM taken WHERE ${window})`
  await db().$executeRaw`
    WITH taken AS (SELECT unnest(${takenAt}::timestamptz[]) AS at)
    UPDATE "MailServerUse" SET
      "secondCount" = greatest(0, "secondCount" - ${ofWindow(Prisma.sql`at = "secondAt"`)}),
      "minuteCount" = greatest(0, "minuteCount" - ${ofWindow(Prisma.sql`date_trunc('minute', at) = "minuteAt"`)}),
      "dayCount" = greatest(0, "dayCount" - ${ofWindow(Prisma.sql`date_trunc('day', at, 'UTC') = "dayAt"`)})
    WHERE "mailServerId" = ${serverId}::uuid`
}
