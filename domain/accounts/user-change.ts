// An administrator changes who a user is, what they may do and where they belong.
import { record } from '@/domain/audit/audit'
import { moveMails } from '@/domain/outbox/outbound-mail'
import { requireFreshProof, type Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { type Tx, transaction } from '@/lib/db'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'
import { endSessions } from './session'
import { holdAccount, userSubject } from './user'
import { grantableRoles, type NewUser, otherUser, placeOf, refuseLastTenantAdministrator } from './users'

export type UserDetails = Pick<
  NewUser,
  'firstName' | 'lastName' | 'role' | 'tenantId' | 'customerId' | 'locale'
>

/** What the form of a user holds. */
export const factsOf = (user: UserDetails): Facts => ({
  firstName: user.firstName,
  lastName: user.lastName,
  role: user.role,
  tenantId: user.tenantId ?? '',
  customerId: user.customerId ?? '',
  locale: user.locale,
})

/**
 * Changes a user. With another role or place their sessions end, for what they may do is known anew with the next
 * one, and the mails that wait for them go on in the name of the new tenant.
 * @param opened what the form was opened with @returns the user as they are now
 * @throws Refusal user-not-found, not-allowed, not-yourself, prove-yourself (for another role), last-tenant-administrator, tenant-required,
 * tenant-not-found, customer-required, customer-not-found; ChangedMeanwhile
 */
export const changeUser = (viewer: Viewer, id: string, details: UserDetails, opened?: Facts): Promise<User> =>
  transaction(async tx => {
    const { id: userId } = await otherUser(tx, viewer, id)
    // The owner may be changing their name.
    await holdAccount(tx, { id: userId })
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId } })
    if (!grantableRoles(viewer).includes(details.role)) throw new Refusal('not-allowed', { field: 'role' })
    const { firstName, lastName, role, locale } = details
    const data = { firstName, lastName, role, locale, ...(await placeOf(tx, viewer, details)) }
    const [before, after] = [factsOf(user), factsOf(data)]
    refuseChangedMeanwhile(opened, after, before)
    const differs = (...fields: string[]) => fields.some(field => before[field] !== after[field])
    if (differs('role')) requireFreshProof(viewer)
    if (differs('role', 'tenantId')) await refuseLastTenantAdministrator(tx, user)
    if (!differs(...Object.keys(after))) return user
    const placed = differs('role', 'tenantId') && { placedAt: now() }
    const changed = await tx.user.update({
      where: { id: userId },
      data: { ...data, ...placed },
      include: { tenant: true },
    })
    if (differs('role', 'tenantId', 'customerId')) await endSessions(tx, userId)
    if (differs('tenantId')) await moveMails(tx, userId, changed.tenant)
    await record(tx, viewer, 'user.changed', userSubject(changed), {
      before: await told(tx, before, after),
      after: await told(tx, after, before),
    })
    return changed
  })

/** Those of some facts that differ from others, with places by their names: their ids say nothing to a reader. */
async function told(tx: Tx, facts: Facts, others: Facts): Promise<Facts> {
  const { tenantId, customerId, ...rest } = Object.fromEntries(
    Object.entries(facts).filter(([field, value]) => value !== others[field]),
  )
  const tenant = tenantId && (await tx.tenant.findUnique({ where: { id: tenantId } }))
  const customer = customerId && (await tx.customer.findUnique({ where: { id: customerId } }))
  return {
    ...rest,
    ...(tenantId !== undefined && { tenant: tenant ? tenant.name : '' }),
    ...(customerId !== undefined && { customer: customer ? customer.name : '' }),
  }
}
