// Who an account is for, and which accounts a viewer may touch.
import { z } from 'zod'
import type { Subject } from '@/domain/audit/audit'
import { requireAdministrator, type Viewer, visibleTenant } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { rowId, type Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'

/** A part of a person's name. Anything a person may be called, on one line. */
export const nameField = z
  .string()
  .trim()
  .max(200, 'name-long')
  .regex(/^[^\p{Cc}]*$/u, 'name-invalid')

/** The name to greet a person by; empty when none is known. */
export const displayName = ({ firstName, lastName }: Pick<User, 'firstName' | 'lastName'>) =>
  `${firstName} ${lastName}`.trim()

export const userSubject = (user: Pick<User, 'id' | 'email' | 'tenantId'>): Subject => ({
  type: 'user',
  id: user.id,
  label: user.email,
  tenantId: user.tenantId,
})

/** Whether the viewer may change an account: the system administrator any, a tenant administrator their customer users. */
export const mayManage = (viewer: Viewer, user: Pick<User, 'role' | 'tenantId'>): boolean =>
  viewer.role === 'system_administrator' ||
  (viewer.role === 'tenant_administrator' &&
    user.role === 'customer_user' &&
    user.tenantId === viewer.tenantId)

/**
 * A user the viewer may change. Somebody else's user is answered like one that does not exist.
 * @throws Refusal user-not-found, not-allowed
 */
export async function manageableUser(tx: Tx, viewer: Viewer, id: string): Promise<User> {
  requireAdministrator(viewer)
  const user = await tx.user.findFirst({ where: { id: rowId(id), ...visibleTenant(viewer) } })
  if (!user) throw new Refusal('user-not-found')
  if (!mayManage(viewer, user)) throw new Refusal('not-allowed')
  return user
}
