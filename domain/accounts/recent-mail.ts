// Asking for the same mail again: what is on its way already is not sent twice.
import { record, type Subject } from '@/domain/audit/audit'
import type { MailKind } from '@/domain/outbox/outbound-mail'
import type { Actor } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { Prisma } from '@/generated/prisma/client'
import { db, sqlNow, type Tx } from '@/lib/db'

/** Whether a mail was queued, or one that was asked for a moment ago stands for it. */
export type Asked = 'queued' | 'merged'

/** A double click and an impatient person mean one mail. */
const oneMailSeconds = 60
const limitedSeconds = 3600

type Recipient = Pick<User, 'id' | 'email'>

/**
 * Whether a mail of this kind went into the outbox less than a minute ago and its link still works. Then
 * it stands for this request too, which is told in the audit at that mail. Two who ask at once take turns.
 * The mail that came with the account itself was not asked for: who asks right after it wants another.
 * @param to another address than the user's: one that is still to be confirmed
 */
export async function mergeWithRecent(
  tx: Tx,
  user: Recipient,
  actor: Actor,
  kind: MailKind,
  to: string = user.email,
): Promise<boolean> {
  await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${user.id}::uuid FOR UPDATE`
  const mail = await newest(
    tx,
    user,
    kind,
    oneMailSeconds,
    Prisma.sql`recipient = ${to} AND state NOT IN ('failed', 'cancelled') AND EXISTS (
      SELECT 1 FROM "LinkToken" token WHERE token.id = mail."linkTokenId"
        AND "consumedAt" IS NULL AND "revokedAt" IS NULL AND token."expiresAt" > ${sqlNow()})
      AND mail."createdAt" > (SELECT "createdAt" FROM "User" account WHERE account.id = mail."userId")`,
  )
  if (!mail) return false
  await record(tx, actor, 'mail.merged', subjectOf(mail))
  return true
}

/** Notes a request that the rate limit refused at the mail that it asked for once more, if there is one. */
export async function noteLimited(tx: Tx, user: Recipient, actor: Actor, kind: MailKind): Promise<void> {
  const mail = await newest(tx, user, kind, limitedSeconds)
  if (mail) await record(tx, actor, 'mail.limited', subjectOf(mail))
}

type RecentMail = { id: string; recipient: string; tenantId: string | null }

async function newest(
  tx: Tx,
  user: Recipient,
  kind: MailKind,
  seconds: number,
  condition: Prisma.Sql = Prisma.sql`true`,
): Promise<RecentMail | undefined> {
  const [mail] = await tx.$queryRaw<RecentMail[]>`
    SELECT id, recipient, "tenantId" FROM "OutboundMail" mail
    WHERE "userId" = ${user.id}::uuid AND kind = ${kind}
      AND "createdAt" > ${sqlNow()} - ${seconds}::int * interval '1 second' AND ${condition}
    ORDER BY "createdAt" DESC LIMIT 1`
  return mail
}

const subjectOf = ({ id, recipient, tenantId }: RecentMail): Subject => ({
  type: 'outbound-mail',
  id,
  label: recipient,
  tenantId,
})

export type RepeatedRequest = {
  at: Date
  what: 'merged' | 'limited'
  by: string | null
  from: string | null
  /** The mail that stood for it */
  mailId: string | null
}

/** Requests for mails that brought no mail of their own, newest first. The caller has checked the viewer's right. */
export async function repeatedRequests(userId: string, mailIds: string[]): Promise<RepeatedRequest[]> {
  const rows = await db().auditEvent.findMany({
    where: {
      OR: [
        { subjectId: { in: mailIds }, action: 'mail.merged' },
        { subjectId: userId, action: 'password-reset.limited' },
      ],
    },
    orderBy: { at: 'desc' },
    take: 10,
  })
  return rows.map(({ at, action, actor, address, subjectId }) => {
    const merged = action === 'mail.merged'
    return {
      at,
      what: merged ? 'merged' : 'limited',
      by: actor,
      from: address,
      mailId: merged ? subjectId : null,
    }
  })
}
