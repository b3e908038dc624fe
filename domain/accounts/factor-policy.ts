// Who must have a second factor, and from when on nothing else is open to whoever has none.
import { secondFactorSince } from '@/domain/settings/installation'
import type { SecondFactorPolicy } from '@/domain/settings/second-factor'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { hasFactor } from './factor'

/** Days that everybody has for it, from when it is required or from when their account is made. */
const graceDays = 7

/** Until when somebody has to set up a second factor; null for whoever needs none. */
export function factorDeadline(
  { role, createdAt }: { role: Viewer['role']; createdAt: Date },
  policy: SecondFactorPolicy,
  since: Date | null,
): Date | null {
  if (policy === 'optional' || (policy === 'administrators' && role === 'customer_user')) return null
  const from = Math.max(createdAt.getTime(), since?.getTime() ?? 0)
  return new Date(from + graceDays * 24 * 3_600_000)
}

/** The same for a viewer who has none yet; null for whoever has one. */
export async function missingFactorUntil(viewer: Viewer, policy: SecondFactorPolicy): Promise<Date | null> {
  // Most installations ask for none, and each request asks this.
  if (policy === 'optional' || (await hasFactor(db(), viewer.id))) return null
  const { createdAt } = await db().user.findUniqueOrThrow({ where: { id: viewer.id } })
  return factorDeadline({ role: viewer.role, createdAt }, policy, await secondFactorSince())
}
