// Who must have a second factor, and from when on nothing else is open to whoever has none.
import { secondFactorSince } from '@/domain/settings/installation'
import type { FactorRule, SecondFactorPolicy } from '@/domain/settings/second-factor'
import { factorRuleOf } from '@/domain/settings/tenant-password-rules'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { hasFactor } from './factor'

/** Days that everybody has for it, from when it is required of them. */
const graceDays = 7

type Person = {
  role: Viewer['role']
  createdAt: Date
  /** When they got another role or tenant; null for those of the beginning */
  placedAt: Date | null
}

/**
 * Until when somebody has to set up a second factor; null for whoever needs none. It is required of them from when the
 * rule was made, their account, and whatever has made them one of whom it is required: the latest of these.
 */
export function factorDeadline(person: Person, { policy, since }: FactorRule): Date | null {
  if (policy === 'optional' || (policy === 'administrators' && person.role === 'customer_user')) return null
  const moments = [person.createdAt, person.placedAt, since].map(moment => moment?.getTime() ?? 0)
  return new Date(Math.max(...moments) + graceDays * 24 * 3_600_000)
}

/**
 * The same for a viewer who has none yet, by what their tenant and the installation require; null for whoever has one.
 * @param policy of the installation
 */
export async function missingFactorUntil(viewer: Viewer, policy: SecondFactorPolicy): Promise<Date | null> {
  const ofTenant: FactorRule | null = viewer.tenantId ? await factorRuleOf(viewer.tenantId) : null
  // Most installations ask for none, and each request asks this.
  const none = policy === 'optional' && (ofTenant === null || ofTenant.policy === 'optional')
  if (none || (await hasFactor(db(), viewer.id))) return null
  const user = await db().user.findUniqueOrThrow({ where: { id: viewer.id } })
  // Nobody gets out of what the installation requires of everybody by another role or tenant.
  const person = policy === 'everybody' ? { ...user, placedAt: null } : user
  const deadlines = [
    factorDeadline(person, { policy, since: await secondFactorSince() }),
    ofTenant && factorDeadline(user, ofTenant),
  ].flatMap(deadline => deadline ?? [])
  return deadlines.reduce<Date | null>((first, at) => (first && first <= at ? first : at), null)
}
