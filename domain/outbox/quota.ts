// What a tenant may send by the installation's servers in a minute and a day, and how much of it is used. Alarm mails are
// counted apart from all others: however many there are, they take nothing of what account mails have.
import { db, rowId, sqlNow } from '@/lib/db'
import { alarmRank, urgencyOf } from './carrier'

/** More urgent ones are counted, and never held back: a person waits for each, and asking is limited where it comes in. */
export const heldBackFrom = 2

export type TenantUse = {
  class: 'account' | 'alarm'
  window: 'minute' | 'day'
  used: number
  limit: number
}

export const classOfRank = (rank: number): TenantUse['class'] =>
  urgencyOf(rank) === alarmRank ? 'alarm' : 'account'

/** Whether a mail waits where the quota is used up. */
export const isHeldBack = (rank: number): boolean => rank >= heldBackFrom && rank === urgencyOf(rank)

/** How much of each quota of a tenant is used in the windows that are running; the longer window first. */
export async function quotasOf(tenantId: string): Promise<TenantUse[]> {
  return db().$queryRaw`
    SELECT use.class, each.window, each.used, each.limit
    FROM "TenantMailUse" use JOIN "TenantMailPolicy" policy ON policy."tenantId" = use."tenantId", LATERAL (VALUES
      ('day', CASE WHEN use."dayAt" = date_trunc('day', ${sqlNow()}, 'UTC') THEN use."dayCount" ELSE 0 END, policy."maxPerDay"),
      ('minute', CASE WHEN use."minuteAt" = date_trunc('minute', ${sqlNow()}, 'UTC') THEN use."minuteCount" ELSE 0 END, policy."maxPerMinute")
    ) AS each("window", used, "limit")
    WHERE use."tenantId" = ${rowId(tenantId)}::uuid AND each.limit IS NOT NULL
    ORDER BY each.window, use.class`
}
