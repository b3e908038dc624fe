import {
  issueToken,
  linkOf,
  type Purpose,
  type Revoked,
  revokeTokens,
  worthUntil,
} from '@/domain/links/link-token'
import {
  cancelMails,
  type MailContent,
  type MailOrder,
  queueMail,
  queueMails,
} from '@/domain/outbox/outbound-mail'
import type { Actor } from '@/domain/viewer'
import type { LinkToken, User } from '@/generated/prisma/client'
import { inMinutes } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { installationTimeZone, readTimeZone } from '@/lib/time-zone'
import { holdAccount } from './user'

/** What only informs is old after a day. */
const newsMinutes = 24 * 60

type Recipient = Pick<User, 'id' | 'email' | 'locale' | 'timeZone' | 'tenantId'>

/**
 * Queues a mail to a user, in their language and in the name of their tenant. With a token it carries the link and
 * is sent as long as its reader has time to use it.
 * @param to another address than the user's: one that is still to be confirmed
 * @param id for the mail: what asks for it twice with the same one gets it once
 * @param bulk all other mails go before it
 */
export async function mailToUser(
  tx: Tx,
  user: Recipient,
  requestedBy: Actor,
  content: MailContent,
  { id, token, to = user.email, bulk }: { id?: string; token?: LinkToken; to?: string; bulk?: boolean } = {},
): Promise<string> {
  const tenant = user.tenantId ? await tx.tenant.findUnique({ where: { id: user.tenantId } }) : null
  return queueMail(tx, { ...orderFor(user, tenant, requestedBy, content, token), id, recipient: to, bulk })
}

/** A mail to each of many users, which all others go before; each is due after so many seconds. */
export async function mailToUsers(
  tx: Tx,
  requestedBy: Actor,
  mails: readonly { user: Recipient; content: MailContent; token: LinkToken; afterSeconds: number }[],
): Promise<void> {
  const ids = [...new Set(mails.flatMap(({ user }) => user.tenantId ?? []))]
  const tenants = await tx.tenant.findMany({ where: { id: { in: ids } } })
  const orders = mails.map(({ user, content, token, afterSeconds }) => {
    const tenant = tenants.find(({ id }) => id === user.tenantId) ?? null
    return { ...orderFor(user, tenant, requestedBy, content, token), afterSeconds, bulk: true }
  })
  await queueMails(tx, orders)
}

const orderFor = (
  user: Recipient,
  tenant: { name: string } | null,
  requestedBy: Actor,
  content: MailContent,
  token?: LinkToken,
): MailOrder => ({
  ...content,
  recipient: user.email,
  locale: user.locale,
  expiresAt: token ? worthUntil(token) : inMinutes(newsMinutes),
  link: token && linkOf(token),
  organisation: tenant ? tenant.name : undefined,
  // Where they were last seen, else where we are.
  timeZone: readTimeZone(user.timeZone) ?? installationTimeZone(),
  userId: user.id,
  tenantId: user.tenantId,
  requestedBy,
})

/** Issues the link of a purpose; older ones stop working, and the mails that were to bring them are withdrawn. */
export async function issueLink(
  tx: Tx,
  purpose: Purpose,
  userId: string | null,
  expiresAt: Date,
  newEmail?: string,
): Promise<LinkToken> {
  // Two who issue at once take turns, or neither would see, and so revoke, the other's token.
  if (userId) await holdAccount(tx, { id: userId })
  await endLinks(tx, { purpose, userId }, 'replaced')
  return issueToken(tx, purpose, userId, expiresAt, newEmail)
}

/** Makes live links worthless that nothing takes the place of, and withdraws the mails that were to bring them. */
export const withdrawLinks = (tx: Tx, which: { purpose?: Purpose; userId: string }): Promise<void> =>
  endLinks(tx, which, 'withdrawn')

async function endLinks(
  tx: Tx,
  which: { purpose?: Purpose; userId: string | null },
  as: Revoked,
): Promise<void> {
  const ids = await revokeTokens(tx, which, as)
  if (ids.length > 0) await cancelMails(tx, { linkTokenId: { in: ids } }, as)
}
