import { randomUUID } from 'node:crypto'
import type { Actor } from '@/domain/viewer'
import type { MailMessage } from '@/emails'
import type { MailState } from '@/generated/prisma/enums'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { enqueue } from '@/lib/queue'

export type MailKind = MailMessage['kind']

/** Filled in when the mail is composed, so that no link is ever stored. */
type FilledIn = 'link' | 'signInUrl' | 'resetUrl'

export type MailContent = {
  [Kind in MailKind]: {
    kind: Kind
    parameters: Omit<Extract<MailMessage, { kind: Kind }>['params'], FilledIn>
  }
}[MailKind]

/** Where the link of a mail leads, and which token it carries. */
export type MailLink = {
  tokenId: string
  keyId: string
  path: 'activate' | 'reset-password' | 'confirm-email'
}

export type MailOrder = MailContent & {
  /** By default one is made. */
  id?: string
  recipient: string
  locale: string
  /** After this a mail is not worth sending: its link is dead, or its news are old. */
  expiresAt: Date
  link?: MailLink
  userId?: string
  tenantId?: string | null
  /** For a test mail: the version of the mail server that it goes through */
  mailServerVersionId?: string
  requestedBy: Actor
}

/** States in which a mail is still to be sent. */
export const waiting: MailState[] = ['queued', 'deferred', 'uncertain']

/** What a person waits for goes before what only informs: 0 before 1 before 2. */
const ranks: Partial<Record<MailKind, number>> = { test: 0, 'password-reset': 1, 'confirm-new-email': 1 }
export const rankOf = (kind: string): number => ranks[kind as MailKind] ?? 2
/** As the queue of pg-boss has it: higher goes first. */
export const priorityOf = (kind: string): number => 30 - 10 * rankOf(kind)

/** Takes the place of a tenant for what belongs to the installation. */
export const noTenant = '00000000-0000-0000-0000-000000000000'

/** The keys that the links of unsent mails are derived with, and when the last of each is no longer sent. */
export const keysOfWaitingMails = (tx: Tx): Promise<{ keyId: string; until: Date }[]> =>
  tx.$queryRaw`
    SELECT parameters->'link'->>'keyId' AS "keyId", max("expiresAt") AS until FROM "OutboundMail"
    WHERE state IN ('queued', 'deferred', 'uncertain', 'sending') AND "expiresAt" > ${now()}
      AND parameters->'link'->>'keyId' IS NOT NULL
    GROUP BY 1`

/**
 * Puts a mail into the outbox, in the transaction of its cause: they are committed together or not at
 * all, and a worker is woken by the commit. @returns the mail's id
 */
export async function queueMail(tx: Tx, order: MailOrder): Promise<string> {
  const { id = randomUUID() } = order
  await tx.outboundMail.create({
    data: {
      id,
      messageId: `<${id}@${new URL(env().appUrl).hostname}>`,
      kind: order.kind,
      recipient: order.recipient,
      userId: order.userId,
      tenantId: order.tenantId,
      tenantKey: order.tenantId ?? noTenant,
      rank: rankOf(order.kind),
      locale: order.locale,
      parameters: {
        ...order.parameters,
        ...(order.link && { link: { keyId: order.link.keyId, path: order.link.path } }),
      },
      linkTokenId: order.link?.tokenId,
      mailServerVersionId: order.mailServerVersionId,
      createdAt: now(),
      dueAt: now(),
      expiresAt: order.expiresAt,
      requestedById: order.requestedBy.id,
      requestedBy: order.requestedBy.email,
      requestedFrom: order.requestedBy.address,
    },
  })
  await enqueue(tx, 'outbox', { mailId: id }, { priority: priorityOf(order.kind) })
  return id
}

/** Withdraws mails that are not under way yet: their link is dead, or their account is gone. */
export async function cancelMails(
  tx: Tx,
  which: { linkTokenId: { in: string[] } } | { userId: string } | { id: string },
  cause: 'replaced' | 'account-gone' | 'no-worker',
): Promise<number> {
  const { count } = await tx.outboundMail.updateMany({
    where: { ...which, state: { in: waiting } },
    data: { state: 'cancelled', cause },
  })
  return count
}

/** Gives a waiting mail a job again, and moves its due time so that this is not done over and over. */
export async function requeue(tx: Tx, id: string, dueAt = now()): Promise<void> {
  const { count } = await tx.outboundMail.updateMany({
    where: { id, state: { in: waiting } },
    data: { dueAt },
  })
  if (count === 0) return
  const { kind } = await tx.outboundMail.findUniqueOrThrow({ where: { id }, select: { kind: true } })
  await enqueue(tx, 'outbox', { mailId: id }, { startAfter: dueAt, priority: priorityOf(kind) })
}

/**
 * Makes mails due now that have ended or wait, as the very mails they were. Those in a worker's hands are
 * left alone. @returns how many
 */
export async function queueAgain(tx: Tx, ids: string[], expiresAt?: Date): Promise<number> {
  const { count } = await tx.outboundMail.updateMany({
    where: { id: { in: ids }, state: { not: 'sending' } },
    data: { state: 'queued', dueAt: now(), cause: null, workerId: null, expiresAt },
  })
  for (const id of ids) await requeue(tx, id)
  return count
}

/**
 * After a mail server was saved, or sending was resumed: what waited for it goes now, not at its next
 * turn. What is more than a thousand mails follows as overdue.
 */
export async function wakeWaitingMails(tx: Tx): Promise<void> {
  const mails = await tx.outboundMail.findMany({
    where: { OR: [{ state: 'deferred' }, { state: { in: waiting }, dueAt: { lte: now() } }] },
    select: { id: true },
    take: 1000,
  })
  for (const { id } of mails) await requeue(tx, id)
}
