// Who an account is for, and which accounts a viewer may touch.
import type { Subject } from '@/domain/audit/audit'
import { mayManage, requireOwnSession, type Viewer, visibleTenant } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { db, rowId, type Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'

/** The name to greet a person by; empty when none is known. */
export const displayName = ({ firstName, lastName }: Pick<User, 'firstName' | 'lastName'>) =>
  `${firstName} ${lastName}`.trim()

export const userSubject = (user: Pick<User, 'id' | 'email' | 'tenantId'>): Subject => ({
  type: 'user',
  id: user.id,
  label: user.email,
  tenantId: user.tenantId,
})

/** What webhooks are told of a user. */
export const newsOf = ({ id, email, role, state, tenantId, customerId }: User) => ({
  tenantId,
  data: { id, email, role, state, tenantId, customerId },
})

/**
 * A user the viewer may see. Somebody else's user is answered like one that does not exist.
 * @throws Refusal user-not-found, not-allowed
 */
export async function readableUser(tx: Tx, viewer: Viewer, id: string): Promise<User> {
  const user = await tx.user.findFirst({ where: { id: rowId(id), ...visibleTenant(viewer) } })
  if (!user) throw new Refusal('user-not-found')
  return user
}

/** The same outside of a transaction: what a program reads of a user. @throws Refusal user-not-found, not-allowed */
export const readUserAlone = (viewer: Viewer, id: string): Promise<User> => readableUser(db(), viewer, id)

/** A user the viewer may change. @throws Refusal user-not-found, not-allowed, acting-as */
export async function manageableUser(tx: Tx, viewer: Viewer, id: string): Promise<User> {
  const user = await readableUser(tx, viewer, id)
  requireOwnSession(viewer)
  if (!mayManage(viewer, user)) throw new Refusal('not-allowed')
  return user
}

/** Until the transaction ends nobody else does what wants to be alone with the account. */
export async function holdAccount(tx: Tx, { id }: Pick<User, 'id'>): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${id}::uuid FOR UPDATE`
}
