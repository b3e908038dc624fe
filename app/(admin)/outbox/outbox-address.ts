// The outbox as somebody looks at it stands in the address: filters, search and place.
import { type MailFilter, mailKinds } from '@/domain/mail-log/mail-filter'
import type { MailPlace } from '@/domain/mail-log/mail-list'
import { MailState } from '@/generated/prisma/enums'
import { listView, one, type SearchParams } from '../list-address'

export type OutboxView = MailFilter & MailPlace

/** Reads the view from an address that anybody may have typed. */
export async function outboxView(searchParams: SearchParams): Promise<OutboxView> {
  const { search, state } = await listView(searchParams, Object.values(MailState))
  const { kind, before, after } = await searchParams
  return {
    search,
    state,
    kind: mailKinds.find(known => known === one(kind)),
    before: one(before),
    after: one(after),
  }
}

/** The address of a view; what says nothing is left out. */
export function outboxAddress({ search, state, kind, before, after }: OutboxView): string {
  const query = new URLSearchParams()
  if (search) query.set('q', search)
  if (state) query.set('state', state)
  if (kind) query.set('kind', kind)
  if (before) query.set('before', before)
  if (after) query.set('after', after)
  return query.size > 0 ? `/outbox?${query}` : '/outbox'
}
