import { v7 as uuid } from 'uuid'
import type { MailLink } from '@/domain/links/link-token'
import { type Installation, installationIn } from '@/domain/settings/installation'
import type { Actor } from '@/domain/viewer'
import { tellOfMails } from '@/domain/webhooks/events'
import type { MailMessage } from '@/emails'
import { Prisma } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { noId, sqlNow, type Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { rankFor, rowNamed } from './carrier'
import { noteImages } from './mail-image'
import { mostCopies } from './retry-policy'
import { isWaiting } from './states'
import { tallyMails } from './tally'
import type { WrittenKind, WrittenParameters } from './written-mail'

type CompiledKind = MailMessage['kind']
export type MailKind = CompiledKind | WrittenKind

/** Filled in when the mail is composed, so that no link is ever stored, or known of the mail as a whole. */
type FilledIn =
  | 'link'
  | 'code'
  | 'codeUrl'
  | 'signInUrl'
  | 'resetUrl'
  | 'site'
  | 'email'
  | 'organisation'
  | 'support'
  | 'validFor'

export type MailContent =
  | {
      [Kind in CompiledKind]: {
        kind: Kind
        parameters: Omit<Extract<MailMessage, { kind: Kind }>['params'], FilledIn>
      }
    }[CompiledKind]
  | { kind: WrittenKind; parameters: WrittenParameters }

export type MailOrder = MailContent & {
  /** By default one is made. */
  id?: string
  recipient: string
  locale: string
  /** After this a mail is not worth sending: its link is dead, or its news are old. */
  expiresAt: Date
  link?: MailLink
  /** Whose account it is about; by default that of the installation */
  organisation?: string
  /** In which moments are told; by default UTC */
  timeZone?: string
  userId?: string
  tenantId?: string | null
  /** Not before so many seconds from now; by default at once */
  afterSeconds?: number
  /** One of very many that nobody waits for one by one: all others go first. */
  bulk?: boolean
  /** For a test mail: the version of the mail server that it goes through */
  mailServerVersionId?: string
  requestedBy: Actor
}

/** What a person waits for goes before what only informs: 0 before 1 before 2, then what is one of very many, and alarms last. */
const ranks: Partial<Record<MailKind, number>> = {
  test: 0,
  'password-reset': 1,
  'confirm-new-email': 1,
  // Behind everything of accounts.
  alarm: 4,
  'alarm-digest': 4,
}
const bulkRank = 3
const rankOf = (kind: MailKind): number => ranks[kind] ?? 2

/** Takes the place of a tenant for what belongs to the installation. */
export const noTenant = noId

/** On this channel workers hear that there is something to do. */
export const channel = 'latchkey_outbox'

/** Wakes the workers of all machines, with the commit and only then. */
export const wakeWorkers = (tx: Tx) => tx.$queryRaw`SELECT pg_notify(${channel}, '')::text`

/** The keys that the links of unsent mails are derived with, and when the last of each is no longer sent. */
export const keysOfWaitingMails = (tx: Tx): Promise<{ keyId: string; until: Date }[]> =>
  tx.$queryRaw`
    SELECT parameters->'link'->>'keyId' AS "keyId", max("expiresAt") AS until FROM "OutboundMail"
    WHERE (${isWaiting} OR state = 'sending') AND "expiresAt" > ${now()}
      AND parameters->'link'->>'keyId' IS NOT NULL
    GROUP BY 1`

/**
 * Puts a mail into the outbox, in the transaction of its cause: they are committed together or not at
 * all, and a worker is woken by the commit. @returns the mail's id
 */
export async function queueMail(tx: Tx, order: MailOrder): Promise<string> {
  const [id = ''] = await queueMails(tx, [order])
  return id
}

/** Whether there is a mail with this id already: what asks for one twice need not get two. */
export const isQueued = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.outboundMail.count({ where: { id } })) > 0

/** So many mails go to the database at once. */
const batch = 1_000

/** The same for any number of mails. @returns their ids, in the same order */
export async function queueMails(tx: Tx, orders: readonly MailOrder[]): Promise<string[]> {
  const domain = new URL(env().appUrl).hostname
  const installation = await installationIn(tx)
  const ids: string[] = []
  for (let at = 0; at < orders.length; at += batch) {
    const rows = orders.slice(at, at + batch).map(order => rowOf(order, domain, installation))
    ids.push(...rows.map(({ id }) => id))
    await tx.$executeRaw`
      INSERT INTO "OutboundMail" (id, "messageId", kind, recipient, "userId", "tenantId", "tenantKey", rank, locale,
        parameters, "linkTokenId", "mailServerVersionId", "createdAt", "dueAt", "expiresAt",
        "requestedById", "requestedBy", "requestedFrom")
      SELECT o.id, o."messageId", o.kind, o.recipient, o."userId", o."tenantId", coalesce(o."tenantId", ${noTenant}::uuid),
        ${rankFor(rowNamed('o'))}, o.locale, o.parameters, o."linkTokenId", o."mailServerVersionId", ${sqlNow()},
        ${sqlNow()} + o."afterSeconds" * interval '1 second', o."expiresAt",
        o."requestedById", o."requestedBy", o."requestedFrom"
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS o(id uuid, "afterSeconds" float, "messageId" text, kind text, recipient text,
        "userId" uuid, "tenantId" uuid, rank int, locale text, parameters jsonb, "linkTokenId" uuid,
        "mailServerVersionId" uuid, "expiresAt" timestamptz, "requestedById" uuid, "requestedBy" text, "requestedFrom" text)
      LEFT JOIN "TenantMailPolicy" policy ON policy."tenantId" = o."tenantId"`
  }
  await noteImages(
    tx,
    orders.flatMap(({ parameters }, index) =>
      'images' in parameters
        ? (parameters.images ?? []).map(({ hash }) => ({ mailId: ids[index] as string, hash }))
        : [],
    ),
  )
  if (ids.length > 0) await wakeWorkers(tx)
  return ids
}

/** The rank that a row of OutboundMail is to have as a mail of this tenant. */
const rankNow = (tenantId: Prisma.Sql) => Prisma.sql`(
  SELECT ${rankFor(rowNamed('"OutboundMail"'))}
  FROM (VALUES (${tenantId})) AS whose(id) LEFT JOIN "TenantMailPolicy" policy ON policy."tenantId" = whose.id)`

/** What is said of the installation stays in the mail: the same one is sent again, whatever is set by then. */
function rowOf(order: MailOrder, domain: string, { name, supportAddress, accent }: Installation) {
  const { id = uuid(), link, organisation = name, timeZone, requestedBy, afterSeconds = 0 } = order
  return {
    id,
    messageId: `<${id}@${domain}>`,
    kind: order.kind,
    recipient: order.recipient,
    userId: order.userId,
    tenantId: order.tenantId,
    rank: order.bulk ? bulkRank : rankOf(order.kind),
    afterSeconds,
    locale: order.locale,
    parameters: {
      ...order.parameters,
      organisation,
      ...(supportAddress && { support: supportAddress }),
      ...(accent && { accent }),
      ...(timeZone !== undefined && { timeZone }),
      // For how long its link is valid counts from then.
      ...(afterSeconds > 0 && { leavesAt: inMinutes(afterSeconds / 60).toISOString() }),
      ...(link && { link: { keyId: link.keyId, path: link.path } }),
    },
    linkTokenId: link?.tokenId,
    mailServerVersionId: order.mailServerVersionId,
    expiresAt: order.expiresAt,
    requestedById: requestedBy.id,
    requestedBy: requestedBy.email,
    requestedFrom: requestedBy.address,
  }
}

/** Why a mail was withdrawn; the last three are for test mails: nobody would have sent it, or wants it any more. */
export type WithdrawnBecause =
  | 'replaced'
  | 'withdrawn'
  | 'account-gone'
  | 'by-administrator'
  | 'no-worker'
  | 'paused'
  | 'test-cancelled'

/** Withdraws mails that are not under way yet. @returns how many */
export async function cancelMails(
  tx: Tx,
  which: { linkTokenId: { in: string[] } } | { userId: string } | { id: string },
  cause: WithdrawnBecause,
): Promise<number> {
  const condition =
    'id' in which
      ? Prisma.sql`id = ${which.id}::uuid`
      : 'userId' in which
        ? Prisma.sql`"userId" = ${which.userId}::uuid`
        : Prisma.sql`"linkTokenId" = ANY (${which.linkTokenId.in}::uuid[])`
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    WITH mail AS (
      UPDATE "OutboundMail" SET state = 'cancelled', cause = ${cause}, "dueAt" = least("dueAt", ${sqlNow()}) WHERE ${condition} AND ${isWaiting} RETURNING *
    ), tally AS (${tallyMails})
    SELECT count(*)::int AS count FROM mail`
  return row?.count ?? 0
}

/**
 * Lets the waiting mails of a user go on in the name of another tenant, or of the installation: whoever looks after
 * the user sees them, and nobody writes in the name of those that the user has left. What has ended stays where it was.
 */
export async function moveMails(
  tx: Tx,
  userId: string,
  tenant: { id: string; name: string } | null,
): Promise<void> {
  const organisation = tenant ? tenant.name : (await installationIn(tx)).name
  await tx.$executeRaw`
    UPDATE "OutboundMail"
    SET "tenantId" = ${tenant?.id ?? null}::uuid, "tenantKey" = ${tenant?.id ?? noTenant}::uuid,
      rank = ${rankNow(Prisma.sql`${tenant?.id ?? null}::uuid`)},
      parameters = parameters || ${JSON.stringify({ organisation })}::jsonb
    WHERE "userId" = ${userId}::uuid AND ${isWaiting}`
}

/**
 * Makes mails due now that have ended or wait, as the very mails they were. Those in a worker's hands are
 * left alone. @returns how many
 */
export async function queueAgain(tx: Tx, ids: string[], expiresAt?: Date): Promise<number> {
  const count = await tx.$executeRaw`
    UPDATE "OutboundMail"
    SET state = 'queued', "dueAt" = ${sqlNow()}, cause = NULL, "workerId" = NULL, kept = false,
      rank = ${rankNow(Prisma.sql`"tenantId"`)},
      -- One more copy of what is uncertain, or was when it ended; if that brings no answer either, it is asked again.
      unconfirmed = CASE WHEN state = 'sent' THEN 0 ELSE least(unconfirmed, ${mostCopies - 1}::int) END,
      "expiresAt" = coalesce(${expiresAt ?? null}::timestamptz, "expiresAt")
    WHERE id = ANY (${ids}::uuid[]) AND state <> 'sending'`
  if (count > 0) await wakeWorkers(tx)
  return count
}

/**
 * Ends a mail of which nobody knew whether it arrived, because a person knows that it did.
 * @returns false if it is not uncertain any more
 */
export async function endAsArrived(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    WITH mail AS (
      UPDATE "OutboundMail" SET state = 'sent', cause = NULL, "sentAt" = ${sqlNow()}, "dueAt" = ${sqlNow()}
      WHERE id = ${id}::uuid AND state = 'uncertain' RETURNING *
    ), tally AS (${tallyMails}), hooks AS (${tellOfMails})
    SELECT count(*)::int AS count FROM mail`
  return row?.count === 1
}
