import { type Viewer, visibleTenant } from '@/domain/viewer'
import { type OutboundMail, Prisma } from '@/generated/prisma/client'
import { db } from '@/lib/db'

export type LastMail = Pick<
  OutboundMail,
  'id' | 'kind' | 'state' | 'kept' | 'dueAt' | 'expiresAt' | 'createdAt'
>

/**
 * The last mail to each of some users, of those that the viewer may see.
 * @throws Refusal not-allowed
 */
export async function lastMails(viewer: Viewer, userIds: string[]): Promise<Map<string, LastMail>> {
  const { tenantId } = visibleTenant(viewer)
  const mine = tenantId ? Prisma.sql`"tenantId" = ${tenantId}::uuid` : Prisma.sql`true`
  const mails = await db().$queryRaw<(LastMail & { userId: string })[]>`
    SELECT asked.id AS "userId", mail.* FROM unnest(${userIds}::uuid[]) AS asked(id) CROSS JOIN LATERAL (
      SELECT id, kind, state, kept, "dueAt", "expiresAt", "createdAt" FROM "OutboundMail"
      WHERE "userId" = asked.id AND ${mine} ORDER BY "createdAt" DESC LIMIT 1
    ) mail`
  return new Map(mails.map(({ userId, ...mail }) => [userId, mail]))
}
