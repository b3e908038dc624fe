// The list of users as somebody looks at it stands in the address: search, filter, order and place.
import { z } from 'zod'
import { type UserView, userSorts } from '@/domain/accounts/user-list'
import { UserState } from '@/generated/prisma/enums'
import { addressOf, listView, one, type SearchParams } from '../list-address'

/** Reads the view from an address that anybody may have typed. */
export async function userView(searchParams: SearchParams): Promise<UserView> {
  const { search } = await listView(searchParams)
  const { state, mail, factor, tenant, customer, sort, order, before, after } = await searchParams
  return {
    search,
    state: Object.values(UserState).find(known => known === one(state)),
    mail: one(mail) === 'failed' ? 'failed' : undefined,
    factor: one(factor) === 'none' ? 'none' : undefined,
    tenantId: id(one(tenant)),
    customerId: id(one(customer)),
    sort: userSorts.find(known => known === one(sort)),
    backwards: one(order) === 'backwards' || undefined,
    before: one(before),
    after: one(after),
  }
}

const id = (text: string | undefined) => (z.guid().safeParse(text).success ? text : undefined)

/** What a view asks for and in which order, as the fields of a query; not the place in it. */
export const userQuery = ({
  search,
  tenantId,
  customerId,
  backwards,
  state,
  mail,
  factor,
  sort,
}: UserView): Record<string, string | undefined> => ({
  ...{ q: search, state, mail, factor, tenant: tenantId, customer: customerId, sort },
  order: backwards ? 'backwards' : undefined,
})

/** The address of a view, or of what is done with it. */
export const userAddress = (view: UserView, path = '/users'): string =>
  addressOf(path, { ...userQuery(view), before: view.before, after: view.after })
