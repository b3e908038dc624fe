// The outbox in numbers: what left today, what waits, and how long it took over a day or a month.
import { type Viewer, visibleTenant } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import type { Count } from '@/lib/count'
import { db } from '@/lib/db'
import { installationTimeZone, startOfDay } from '@/lib/time-zone'
import { waiting } from './mail-filter'
import { type Classes, merged, quantile } from './quantile'

/** The last 24 hours by the hour, or the last 30 days by the day. */
export const periods = ['day', 'month'] as const
export type Period = (typeof periods)[number]

/** Median and 95 % of the time from a mail's request to its acceptance by a server, in seconds. */
type Acceptance = { median: number | null; most: number | null }

/** `kept`: taken by the built-in inbox, and delivered to nobody */
type Slot = Acceptance & { from: Date; sent: number; kept: number; failed: number }

export type Overview = {
  /** Since midnight where the reader is; where that is half past an hour, since the hour after */
  today: { sent: number; kept: number; failed: number }
  waiting: Count
  period: Period
  acceptance: Acceptance
  /** Oldest first; the last one is the present hour or day. */
  slots: Slot[]
}

/** Nothing that waits is counted further. */
const waitingCountedTo = 10_000

/**
 * The numbers of the mails that the viewer may see.
 * @param timeZone whose days are counted
 * @throws Refusal not-allowed
 */
export async function readOverview(
  viewer: Viewer,
  period: Period = 'day',
  timeZone = installationTimeZone(),
): Promise<Overview> {
  const { tenantId } = visibleTenant(viewer)
  const mine = tenantId ? Prisma.sql`"tenantKey" = ${tenantId}::uuid` : Prisma.sql`true`
  const starts = startsOf(period, now(), timeZone)
  const [rows, waiting] = await Promise.all([endedSince(starts, mine), countWaiting(mine)])
  const collected = starts.map(from => ({ from, sent: 0, kept: 0, failed: 0, classes: new Map() as Classes }))
  for (const { slot, outcome, seconds, count } of rows) {
    const here = collected[slot - 1]
    if (!here) continue
    here[outcome] += count
    if (outcome === 'sent') here.classes.set(seconds, (here.classes.get(seconds) ?? 0) + count)
  }
  const midnight = startOfDay(now(), timeZone)
  const today = collected.filter(({ from }) => from >= midnight)
  return {
    today: { sent: sum(today, 'sent'), kept: sum(today, 'kept'), failed: sum(today, 'failed') },
    waiting,
    period,
    acceptance: acceptanceOf(merged(collected.map(({ classes }) => classes))),
    slots: collected.map(({ classes, ...slot }) => ({ ...slot, ...acceptanceOf(classes) })),
  }
}

const acceptanceOf = (classes: Classes): Acceptance => ({
  median: quantile(classes, 0.5),
  most: quantile(classes, 0.95),
})

const sum = (slots: Record<Ended['outcome'], number>[], what: Ended['outcome']) =>
  slots.reduce((total, slot) => total + slot[what], 0)

/** When each slot begins: full hours, or midnights in a zone. */
function startsOf(period: Period, at: Date, timeZone: string): Date[] {
  if (period === 'month') return Array.from({ length: 30 }, (_, day) => startOfDay(at, timeZone, 29 - day))
  const hour = Math.floor(at.getTime() / 3_600_000)
  return Array.from({ length: 24 }, (_, index) => new Date((hour - 23 + index) * 3_600_000))
}

type Ended = { slot: number; outcome: 'sent' | 'kept' | 'failed'; seconds: number; count: number }

const endedSince = (starts: Date[], mine: Prisma.Sql): Promise<Ended[]> =>
  db().$queryRaw`
    SELECT width_bucket(hour, ${starts.map(start => start.toISOString())}::timestamptz[]) AS slot,
      outcome, seconds, sum(count)::int AS count
    FROM "Tally"
    WHERE hour >= ${starts[0]}::timestamptz AND what = 'mail' AND outcome IN ('sent', 'kept', 'failed') AND ${mine}
    GROUP BY 1, 2, 3`

async function countWaiting(mine: Prisma.Sql): Promise<Count> {
  const [row] = await db().$queryRaw<{ number: number }[]>`
    SELECT count(*)::int AS number FROM (
      SELECT 1 FROM "OutboundMail"
      WHERE ${waiting} AND ${mine}
      LIMIT ${waitingCountedTo + 1}
    ) mail`
  const number = row?.number ?? 0
  return { number: Math.min(number, waitingCountedTo), more: number > waitingCountedTo }
}
