// Who waits in vain: pending users whose last activation mail has failed.
import { type Viewer, visibleTenant } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { db } from '@/lib/db'

/** More of them are neither counted nor listed at once. */
export const failedInvitationsAtMost = 1_000

/**
 * The users that the viewer may see whose invitation has failed, and no later one has not: at most one more than
 * `failedInvitationsAtMost`.
 * @param among only of these
 * @throws Refusal not-allowed
 */
export async function failedInvitations(viewer: Viewer, among?: string[]): Promise<Set<string>> {
  const { tenantId } = visibleTenant(viewer)
  const mine = tenantId ? Prisma.sql`account."tenantId" = ${tenantId}::uuid` : Prisma.sql`true`
  const asked = among ? Prisma.sql`account.id = ANY (${among}::uuid[])` : Prisma.sql`true`
  // The kind and the state as literals: only then does PostgreSQL know the partial index in them.
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT DISTINCT account.id FROM "OutboundMail" mail JOIN "User" account ON account.id = mail."userId"
    WHERE mail.state = 'failed' AND mail.kind = 'activation' AND account.state = 'pending' AND ${mine} AND ${asked}
      AND NOT EXISTS (
        SELECT 1 FROM "OutboundMail" later WHERE later."userId" = mail."userId" AND later.kind = 'activation'
          AND (later."createdAt", later.id) > (mail."createdAt", mail.id))
    LIMIT ${failedInvitationsAtMost + 1}`
  return new Set(rows.map(({ id }) => id))
}
