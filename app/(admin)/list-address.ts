// A view of a list stands in the address bar: what was searched for, which state, which page.
import { z } from 'zod'

export type SearchParams = Promise<Record<string, string | string[] | undefined>>

export type ListView<State extends string> = {
  search?: string
  state?: State
  /** Of users: only those whose activation mail has failed */
  mail?: 'failed'
  /** Of users: only those of a tenant or a customer, by its id */
  tenantId?: string
  customerId?: string
  /** From the end of the list to its beginning */
  backwards?: boolean
  page: number
}

/** Reads the view from an address that anybody may have typed. */
export async function listView<State extends string = never>(
  searchParams: SearchParams,
  states: readonly State[] = [],
): Promise<ListView<State>> {
  const { q, state, mail, tenant, customer, sort, page } = await searchParams
  return {
    // Control characters are no text to PostgreSQL, and nobody looks for them.
    search:
      one(q)
        ?.replace(/\p{Cc}/gu, ' ')
        .trim()
        .slice(0, 200) || undefined,
    state: states.find(known => known === one(state)),
    mail: one(mail) === 'failed' ? 'failed' : undefined,
    tenantId: id(one(tenant)),
    customerId: id(one(customer)),
    backwards: one(sort) === 'backwards' || undefined,
    page: /^[1-9]\d{0,5}$/.test(one(page) ?? '') ? Number(one(page)) : 1,
  }
}

/** The address of a view; what says nothing is left out. */
export function listAddress(
  path: string,
  { search, state, mail, tenantId, customerId, backwards, page }: Partial<ListView<string>>,
): string {
  const query = new URLSearchParams()
  if (search) query.set('q', search)
  if (state) query.set('state', state)
  if (mail) query.set('mail', mail)
  if (tenantId) query.set('tenant', tenantId)
  if (customerId) query.set('customer', customerId)
  if (backwards) query.set('sort', 'backwards')
  if (page && page > 1) query.set('page', String(page))
  return query.size > 0 ? `${path}?${query}` : path
}

const id = (text: string | undefined) => (z.guid().safeParse(text).success ? text : undefined)

export const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)
