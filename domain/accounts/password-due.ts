// When a password opens nothing any more but the page where its owner chooses another.
import { readInstallation } from '@/domain/settings/installation'
import { lifetimeMinutes } from '@/domain/settings/lifetimes'
import type { PasswordRules } from '@/domain/settings/password-rules'
import { usualRules } from '@/domain/settings/password-rules'
import { rulesIn } from '@/domain/settings/tenant-password-rules'
import { Prisma, type User } from '@/generated/prisma/client'
import { inMinutes } from '@/lib/clock'
import type { Tx } from '@/lib/db'

/** Why: somebody else has set it, it is too old, or it was chosen under weaker rules than those of now. */
export type Due = 'initial' | 'expired' | 'weaker'

/** The reason as the database knows it, of a row of "Credential"; null where there is none. */
export const dueUnder = (rules: PasswordRules): Prisma.Sql => Prisma.sql`
  CASE WHEN initial THEN 'initial'
    WHEN ${rules.passwordDays > 0} AND "changedAt" <= ${inMinutes(-rules.passwordDays * 24 * 60)} THEN 'expired'
    WHEN ${rules.renewWeaker} AND (
      coalesce("minimumLength", ${usualRules.minimumLength}::int) < ${rules.minimumLength}::int
      OR coalesce("signKinds", 0) < ${rules.signKinds}::int) THEN 'weaker' END`

/** Why the password of an account has to be changed before it opens anything; null if it need not be. */
export async function passwordDue(tx: Tx, user: Pick<User, 'id' | 'tenantId'>): Promise<Due | null> {
  const rules = await rulesIn(tx, user.tenantId)
  const [row] = await tx.$queryRaw<{ due: Due | null }[]>`
    SELECT ${dueUnder(rules)} AS due FROM "Credential" WHERE "userId" = ${user.id}::uuid`
  return row?.due ?? null
}

/** Until when an initial password is good: as long as an activation link. Later its owner has a link mailed to them. */
export async function initialPasswordEnd(setAt: Date): Promise<Date> {
  const { activationHours } = await readInstallation()
  return new Date(setAt.getTime() + lifetimeMinutes(activationHours) * 60_000)
}

/** When a password expires; null for one that never does. */
export const passwordEnd = (changedAt: Date, { passwordDays }: PasswordRules): Date | null =>
  passwordDays > 0 ? new Date(changedAt.getTime() + passwordDays * 24 * 3_600_000) : null
