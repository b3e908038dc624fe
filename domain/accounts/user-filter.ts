// Which users a list, a file or a change of many is about.
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { Prisma, UserState } from '@/generated/prisma/client'
import { rowId } from '@/lib/db'
import { literally } from '@/lib/literally'
import { failedInvitations } from './failed-invitations'

export type UserFilter = {
  state?: UserState
  /** Only those whose activation mail has failed */
  mail?: 'failed'
  search?: string
  /** Only those of a tenant or a customer */
  tenantId?: string
  customerId?: string
}

/**
 * Those of the viewer's users in whom every word of a search is found somewhere ("Anna Müller" is a first and a last
 * name), of a tenant or customer if it is named. @throws Refusal not-allowed
 */
export function usersFound(
  viewer: Viewer,
  { search, tenantId, customerId }: UserFilter,
): Prisma.UserWhereInput {
  return {
    ...visibleTenant(viewer),
    AND: [
      { tenantId: tenantId && rowId(tenantId), customerId: customerId && rowId(customerId) },
      ...wordsFound(search ?? ''),
    ],
  }
}

/** That every word of a search is found somewhere in a user. */
export const wordsFound = (search: string): Prisma.UserWhereInput[] =>
  search
    .split(/\s+/)
    .filter(Boolean)
    .map(word => {
      const contains = { contains: literally(word), mode: 'insensitive' as const }
      return { OR: [{ email: contains }, { firstName: contains }, { lastName: contains }] }
    })

/** The same, and of them those in a state, or whose activation mail has failed. @throws Refusal not-allowed */
export async function usersMatching(viewer: Viewer, filter: UserFilter): Promise<Prisma.UserWhereInput> {
  const { state, mail } = filter
  const where = usersFound(viewer, filter)
  return mail ? { ...where, id: { in: [...(await failedInvitations(viewer))] } } : { ...where, state }
}
