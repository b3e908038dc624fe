import { type MailContent, queueMail } from '@/domain/outbox/outbound-mail'
import type { Actor } from '@/domain/viewer'
import type { LinkToken, User } from '@/generated/prisma/client'
import { inMinutes } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { linkOf } from './link-token'

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
