// Which mails of the outbox somebody asks for, and how that is said to the database.

import { ranksOfAll, ranksOfOwn } from '@/domain/outbox/carrier'
import type { MailKind } from '@/domain/outbox/outbound-mail'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { MailState } from '@/generated/prisma/enums'
import { db, sqlNow } from '@/lib/db'

/** All kinds of mails, in the order in which an account meets them. */
export const mailKinds = [
  'activation',
  'account-activated',
  'password-reset',
  'password-changed',
  'sign-in-security-changed',
  'confirm-new-email',
  'email-changed',
  'email-taken',
  'new-device',
  'sign-in-slowed',
  'setup',
  'alarm',
  'alarm-digest',
  'test',
] as const satisfies MailKind[]

export type MailFilter = { state?: MailState; kind?: MailKind; search?: string }

/** A filter of which is known what its search means: one mail, one address, or a part of addresses. */
export type MailQuery = {
  tenantId?: string
  state?: MailState
  kind?: MailKind
  id?: string
  address?: string
  part?: string
  /** Those that the built-in inbox has, and that are still worth sending */
  kept?: boolean
}

/**
 * What a viewer's filter asks for. A search with a UUID in it is for that mail: its Message-ID is made of
 * its id. A whole address that has mails is for these, everything else for addresses that contain it.
 * @throws Refusal not-allowed
 */
export async function queryOf(viewer: Viewer, { search, ...rest }: MailFilter): Promise<MailQuery> {
  const query = { ...visibleTenant(viewer), ...rest }
  if (!search) return query
  const id = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i.exec(search)?.[0]
  if (id) return { ...query, id: id.toLowerCase() }
  const exact = { ...query, address: search }
  return /^[^\s@]+@[^\s@]+$/.test(search) && (await anyMail(exact)) ? exact : { ...query, part: search }
}

/** The whole filter as a condition on OutboundMail. */
export const matching = ({ tenantId, state, kind, id, address, part, kept }: MailQuery): Prisma.Sql =>
  allOf([
    tenantId && Prisma.sql`"tenantId" = ${tenantId}::uuid`,
    // As a literal: only then does PostgreSQL know the partial indexes of the states in it.
    state && Prisma.raw(`state = '${MailState[state]}'`),
    kind && Prisma.sql`kind = ${kind}`,
    kept && Prisma.sql`kept AND state = 'sent' AND kind <> 'test' AND "expiresAt" > ${sqlNow()}`,
    id && Prisma.sql`id = ${id}::uuid`,
    address && Prisma.sql`lower(recipient) = lower(${address})`,
    part && Prisma.sql`strpos(lower(recipient), lower(${part})) > 0`,
  ])

/** Only that of it which an index leads to in the order of the list; the rest has to be looked at row by row. */
export const indexed = ({ tenantId, state, id, address }: MailQuery): Prisma.Sql =>
  id || address
    ? matching({ tenantId, id, address })
    : matching({ tenantId, state: state && troubled.includes(state) ? state : undefined })

/** The states of the indexes OutboundMail_troubled and OutboundMail_troubled_of_tenant. */
export const troubled: MailState[] = ['deferred', 'uncertain', 'failed', 'cancelled']

/** What is not at its end, with all ranks there are, by which the index of what waits begins. */
export const waiting = Prisma.sql`state IN ('queued', 'deferred', 'uncertain') AND rank IN (${Prisma.join([...ranksOfAll, ...ranksOfOwn].map(rank => Prisma.raw(`${rank}`)))})`

const allOf = (conditions: (Prisma.Sql | '' | false | undefined)[]): Prisma.Sql =>
  Prisma.join([Prisma.sql`true`, ...conditions.filter(condition => Boolean(condition))], ' AND ')

async function anyMail(query: MailQuery): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM "OutboundMail" WHERE ${matching({ tenantId: query.tenantId, address: query.address })} LIMIT 1`
  return rows.length > 0
}
