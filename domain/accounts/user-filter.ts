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
  /** Only those who can sign in without a second factor */
  factor?: 'none'
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

/** Who can sign in, and does it without a second factor. */
export const withoutFactor: Prisma.UserWhereInput = {
  state: 'active',
  factors: { none: { confirmedAt: { not: null } } },
}

/**
 * The same, and of them those in a state, whose activation mail has failed, or without a second factor.
 * @throws Refusal not-allowed
 */
export async function usersMatching(viewer: Viewer, filter: UserFilter): Promise<Prisma.UserWhereInput> {
  const { state, mail, factor } = filter
  const where = usersFound(viewer, filter)
  if (mail) return { ...where, id: { in: [...(await failedInvitations(viewer))] } }
  return factor ? { ...where, ...withoutFactor } : { ...where, state }
}

/** What a view of the list asks for, without the place in it: as it is kept and recorded. */
export const filterOf = ({ state, mail, factor, search, tenantId, customerId }: UserFilter): UserFilter => ({
  ...{ state, mail, factor, search, tenantId, customerId },
})
