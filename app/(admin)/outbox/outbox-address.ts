// The outbox as somebody looks at it stands in the address: filters, search and place.
import { type MailFilter, mailKinds } from '@/domain/mail-log/mail-filter'
import type { MailPlace } from '@/domain/mail-log/mail-list'
import { MailState } from '@/generated/prisma/enums'
import { addressOf, listView, one, type SearchParams } from '../list-address'

export type OutboxView = MailFilter & MailPlace

/** Reads the view from an address that anybody may have typed. */
export async function outboxView(searchParams: SearchParams): Promise<OutboxView> {
  const { search } = await listView(searchParams)
  const { state, kind, before, after } = await searchParams
  return {
    search,
    state: Object.values(MailState).find(known => known === one(state)),
    kind: mailKinds.find(known => known === one(kind)),
    before: one(before),
    after: one(after),
  }
}

/** The address of a view; what says nothing is left out. */
export const outboxAddress = ({ search, state, kind, before, after }: OutboxView): string =>
  addressOf('/outbox', { q: search, state, kind, before, after })
