// What became of the link in a mail. Whose it is, the outbox does not ask.
import type { LinkToken, OutboundMail } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db } from '@/lib/db'

export type LinkFate = {
  openedAt: Date | null
  openedFrom: string | null
  /** How it ended, and when; null while it still works. `withdrawn`: with its account, or by its owner */
  end: { how: 'used' | 'expired' | 'replaced' | 'withdrawn'; at: Date } | null
  /** The mail with the link that replaced it */
  newerMailId: string | null
}

/** Null if the mail has no link, or its account is gone. */
export async function linkFate({ linkTokenId }: OutboundMail): Promise<LinkFate | null> {
  const token = linkTokenId && (await db().linkToken.findUnique({ where: { id: linkTokenId } }))
  if (!token) return null
  const { openedAt, openedFrom, consumedAt, revokedAt, expiresAt } = token
  const fate = { openedAt, openedFrom, newerMailId: null }
  if (consumedAt) return { ...fate, end: { how: 'used', at: consumedAt } }
  if (revokedAt) {
    const newer = await successor(token, revokedAt)
    return {
      ...fate,
      end: { how: newer ? 'replaced' : 'withdrawn', at: revokedAt },
      newerMailId: newer && (await mailWith(newer)),
    }
  }
  return { ...fate, end: expiresAt <= now() ? { how: 'expired', at: expiresAt } : null }
}

/** A token that was issued in the moment in which this one was revoked. */
const successor = ({ id, purpose, userId }: LinkToken, revokedAt: Date): Promise<LinkToken | null> =>
  db().linkToken.findFirst({
    where: {
      purpose,
      userId,
      id: { not: id },
      createdAt: { gte: revokedAt, lt: new Date(revokedAt.getTime() + 2_000) },
    },
    orderBy: { createdAt: 'asc' },
  })

async function mailWith({ id, userId }: LinkToken): Promise<string | null> {
  const mail = userId && (await db().outboundMail.findFirst({ where: { userId, linkTokenId: id } }))
  return mail ? mail.id : null
}
