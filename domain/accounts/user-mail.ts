import { issueToken, linkOf, type Purpose, revokeTokens } from '@/domain/links/link-token'
import { cancelMails, type MailContent, queueMail } from '@/domain/outbox/outbound-mail'
import type { Actor } from '@/domain/viewer'
import type { LinkToken, User } from '@/generated/prisma/client'
import { inMinutes } from '@/lib/clock'
import type { Tx } from '@/lib/db'

/** What only informs is old after a day. */
const newsMinutes = 24 * 60

/**
 * Queues a mail to a user, in their language. With a token it carries the link and lives as long as that.
 * @param to another address than the user's: one that is still to be confirmed
 */
export const mailToUser = (
  tx: Tx,
  user: Pick<User, 'id' | 'email' | 'locale' | 'tenantId'>,
  requestedBy: Actor,
  content: MailContent,
  { token, to = user.email }: { token?: LinkToken; to?: string } = {},
): Promise<string> =>
  queueMail(tx, {
    ...content,
    recipient: to,
    locale: user.locale,
    expiresAt: token?.expiresAt ?? inMinutes(newsMinutes),
    link: token && linkOf(token),
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
  if (userId) await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${userId}::uuid FOR UPDATE`
  await withdrawLinks(tx, { purpose, userId })
  return issueToken(tx, purpose, userId, expiresAt, newEmail)
}

/** Makes live links worthless, and withdraws the mails that were to bring them. */
export async function withdrawLinks(
  tx: Tx,
  which: { purpose?: Purpose; userId: string | null },
): Promise<void> {
  const ids = await revokeTokens(tx, which)
  if (ids.length > 0) await cancelMails(tx, { linkTokenId: { in: ids } }, 'replaced')
}
