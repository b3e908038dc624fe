// The audit as somebody looks at it stands in the address: search, kind of action, time and place.
import { type ActionGroup, actionGroups } from '@/domain/audit/actions'
import type { AuditFilter } from '@/domain/audit/audit-filter'
import type { AuditPlace } from '@/domain/audit/audit-list'
import { startOfDate } from '@/lib/time-zone'
import { addressOf, listView, one, type SearchParams } from '../list-address'

export type AuditView = AuditPlace & {
  search?: string
  group?: ActionGroup
  /** The first and the last day, as `2025-11-24` */
  from?: string
  to?: string
}

/** Reads the view from an address that anybody may have typed. */
export async function auditView(searchParams: SearchParams): Promise<AuditView> {
  const { search } = await listView(searchParams)
  const { group, from, to, before, after } = await searchParams
  return {
    search,
    group: actionGroups.find(known => known === one(group)),
    from: dayOf(one(from)),
    to: dayOf(one(to)),
    before: one(before),
    after: one(after),
  }
}

const dayOf = (day: string | undefined) => (day && startOfDate(day, 'UTC') ? day : undefined)

/** What a view asks for. The days are those of the zone that the viewer is in. */
export const filterOf = ({ search, group, from, to }: AuditView, timeZone: string): AuditFilter => ({
  search,
  group,
  from: (from && startOfDate(from, timeZone)) || undefined,
  until: (to && startOfDate(to, timeZone, 1)) || undefined,
})

/** The address of a view, or of what is done with it; what says nothing is left out. */
export const auditAddress = (
  { search, group, from, to, before, after }: AuditView,
  path = '/audit',
): string => addressOf(path, { q: search, group, from, to, before, after })
