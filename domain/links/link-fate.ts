// What became of the link in a mail. Whose it is, and which mail brought it, is not asked here.
import type { LinkToken } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db } from '@/lib/db'

export type LinkFate = {
  openedAt: Date | null
  openedFrom: string | null
  /** How it ended, and when; null while it still works. `withdrawn`: with its account, or by its owner */
  end: { how: 'used' | 'expired' | 'replaced' | 'withdrawn'; at: Date } | null
  /** The link that replaced it */
  successorId: string | null
}

/** Null if the link is known no more. */
export async function linkFate(tokenId: string): Promise<LinkFate | null> {
  const token = await db().linkToken.findUnique({ where: { id: tokenId } })
  if (!token) return null
  const { openedAt, openedFrom, consumedAt, revokedAt, revokedAs, expiresAt } = token
  const fate = { openedAt, openedFrom, successorId: null }
  if (consumedAt) return { ...fate, end: { how: 'used', at: consumedAt } }
  if (revokedAt) {
    const newer = revokedAs === 'withdrawn' ? null : await successor(token, revokedAt)
    const how = newer || revokedAs === 'replaced' ? 'replaced' : 'withdrawn'
    return { ...fate, end: { how, at: revokedAt }, successorId: newer?.id ?? null }
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
