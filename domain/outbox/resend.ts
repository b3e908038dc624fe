// Which mails may be sent again, and for how long they are worth sending then.
import { liveTokens } from '@/domain/links/link-token'
import type { OutboundMail } from '@/generated/prisma/client'
import { inMinutes } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { queueAgain } from './outbound-mail'

type Resent = Pick<OutboundMail, 'id' | 'kind' | 'linkTokenId'>

/** News without a link do not expire by themselves: a new delivery is given a day. */
const minutesForNews = 24 * 60

/**
 * Makes mails due again as the very mails they were, except those whose link can no longer be used, test
 * mails, which are sent once, and mails under way. @returns how many are
 */
export async function resend(tx: Tx, mails: Resent[]): Promise<number> {
  const usable = mails.filter(({ kind }) => kind !== 'test')
  const linked = usable.filter(({ linkTokenId }) => linkTokenId !== null)
  const alive = await liveTokens(tx, linkIds(linked))
  const withLink = linked.filter(({ linkTokenId }) => linkTokenId && alive.has(linkTokenId))
  const news = usable.filter(({ linkTokenId }) => linkTokenId === null)
  const again = (some: Resent[], expiresAt?: Date) =>
    some.length > 0
      ? queueAgain(
          tx,
          some.map(({ id }) => id),
          expiresAt,
        )
      : 0
  return (await again(withLink)) + (await again(news, inMinutes(minutesForNews)))
}

/** Whether the link in a mail, if it has one, can still be used. */
export const linkAlive = async (tx: Tx, mail: Resent): Promise<boolean> =>
  mail.linkTokenId === null || (await liveTokens(tx, linkIds([mail]))).size > 0

const linkIds = (mails: Resent[]) => mails.flatMap(({ linkTokenId }) => linkTokenId ?? [])
