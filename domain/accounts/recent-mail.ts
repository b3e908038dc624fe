// Asking for the same mail again: what is on its way already is not sent twice.
import { record, recordCountedEach, type Subject } from '@/domain/audit/audit'
import { liveTokens } from '@/domain/links/link-token'
import type { MailKind } from '@/domain/outbox/outbound-mail'
import type { Actor, Viewer } from '@/domain/viewer'
import type { LinkToken, User } from '@/generated/prisma/client'
import { Prisma } from '@/generated/prisma/client'
import { db, sqlNow, type Tx } from '@/lib/db'
import { readableUser } from './user'

/** Whether a mail was queued, or one that was asked for a moment ago stands for it. */
export type Asked = 'queued' | 'merged'

/** A double click and an impatient person mean one mail. */
const oneMailSeconds = 60
const limitedSeconds = 3600

type Recipient = Pick<User, 'id' | 'email'>

/**
 * Whether a mail of this kind went into the outbox less than a minute ago and its link still works, or one still
 * waits there with the very link that would be mailed again. Then it stands for this request too, which is told
 * in the audit at that mail. The mail that came with the account itself was not asked for: who wants a new link
 * right after it gets another. The caller holds the account (`holdAccount`).
 * @param again the link that would be mailed once more; null for a new one
 * @param to another address than the user's: one that is still to be confirmed
 */
export async function mergeWithRecent(
  tx: Tx,
  user: Recipient,
  actor: Actor,
  kind: MailKind,
  { again = null, to = user.email }: { again?: LinkToken | null; to?: string } = {},
): Promise<boolean> {
  const mails = await recentMails(
    tx,
    user,
    kind,
    Prisma.sql`recipient = ${to} AND (
      (${youngerThan(oneMailSeconds)} AND state NOT IN ('failed', 'cancelled')
        AND mail."createdAt" > (SELECT "createdAt" FROM "User" account WHERE account.id = mail."userId"))
      OR ("linkTokenId" = ${again?.id ?? null}::uuid AND state IN ('queued', 'deferred')))`,
  )
  const alive = await liveTokens(
    tx,
    mails.flatMap(({ linkTokenId }) => linkTokenId ?? []),
  )
  const mail = mails.find(({ linkTokenId }) => linkTokenId && alive.has(linkTokenId))
  if (!mail) return false
  await record(tx, actor, 'mail.merged', subjectOf(mail))
  return true
}

/** Notes requests that the rate limit refused at the mail that they asked for once more, if there is one. */
export async function noteLimited(tx: Tx, user: Recipient, actors: Actor[], kind: MailKind): Promise<void> {
  const [mail] = await recentMails(tx, user, kind, youngerThan(limitedSeconds))
  const things = mail ? actors.map(actor => ({ actor, subject: subjectOf(mail) })) : []
  await recordCountedEach(tx, 'mail.limited', things)
}

type RecentMail = { id: string; recipient: string; tenantId: string | null; linkTokenId: string | null }

const youngerThan = (seconds: number) =>
  Prisma.sql`"createdAt" > ${sqlNow()} - ${seconds}::int * interval '1 second'`

/** The newest mails of a kind to a user, newest first. */
const recentMails = (tx: Tx, user: Recipient, kind: MailKind, condition: Prisma.Sql): Promise<RecentMail[]> =>
  tx.$queryRaw`
    SELECT id, recipient, "tenantId", "linkTokenId" FROM "OutboundMail" mail
    WHERE "userId" = ${user.id}::uuid AND kind = ${kind} AND ${condition}
    ORDER BY "createdAt" DESC LIMIT 5`

const subjectOf = ({ id, recipient, tenantId }: RecentMail): Subject => ({
  type: 'outbound-mail',
  id,
  label: recipient,
  tenantId,
})

export type RepeatedRequest = {
  /** When it last happened, and how often within that hour */
  at: Date
  count: number
  what: 'merged' | 'limited'
  by: string | null
  from: string | null
  /** The mail that stood for it */
  mailId: string | null
}

/**
 * Requests for mails to a user that brought no mail of their own, newest first.
 * @throws Refusal user-not-found, not-allowed
 */
export async function repeatedRequests(
  viewer: Viewer,
  userId: string,
  mailIds: string[],
): Promise<RepeatedRequest[]> {
  const user = await readableUser(db(), viewer, userId)
  const rows = await db().auditEvent.findMany({
    where: {
      OR: [
        { subjectId: { in: mailIds }, action: 'mail.merged' },
        { subjectId: user.id, action: 'password-reset.limited' },
      ],
    },
    orderBy: { at: 'desc' },
    take: 10,
  })
  return rows.map(({ at, count, action, actor, address, subjectId }) => {
    const merged = action === 'mail.merged'
    return {
      at,
      count,
      what: merged ? 'merged' : 'limited',
      by: actor,
      from: address,
      mailId: merged ? subjectId : null,
    }
  })
}
