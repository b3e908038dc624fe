// What an administrator sees of the outbox, and does with it.
import { record, type Subject } from '@/domain/audit/audit'
import { linkFate } from '@/domain/links/link-fate'
import { type MailServerView, readVersions } from '@/domain/mail-server/versions'
import { preview } from '@/domain/outbox/compose'
import { cancelMails, endAsArrived } from '@/domain/outbox/outbound-mail'
import { linkAlive, resend } from '@/domain/outbox/resend'
import { undecided, waiting } from '@/domain/outbox/states'
import { mayManage, type Viewer, visibleTenant } from '@/domain/viewer'
import { type DeliveryAttempt, type OutboundMail, Prisma } from '@/generated/prisma/client'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import type { MailEvent, MailLinkFate } from './mail-story'

/** What is told of each attempt. Its steps and its dialogue are read one attempt at a time, see `readAttempt`. */
export type ToldAttempt = Omit<DeliveryAttempt, 'stages' | 'transcript'> & {
  /** The server and the settings that it was made with: for whoever looks after it, while they are there. */
  server: Pick<MailServerView, 'mailServerId' | 'settings'> | null
  /** The machine it was made from: for the system administrator, while its worker is known */
  host: string | null
}

/** Attempts of a mail that ended alike, too long ago to be told one by one. */
export type EarlierAttempts = {
  outcome: string
  cause: string | null
  serverName: string | null
  count: number
  /** When the last of them began */
  at: Date
}

/** So many of the last attempts are told one by one. */
const attemptsTold = 20

/**
 * One mail with all that happened to it, oldest first. How it was sent (servers, proxies, certificates, and what they
 * said to each other) is for whoever looks after the server: the system administrator, or the tenant's own.
 * @throws Refusal mail-not-found, also when it is somebody else's
 */
export async function readMail(viewer: Viewer, id: string) {
  const mail = await findMail(viewer, id)
  const newest = await db().deliveryAttempt.findMany({
    where: { mailId: mail.id },
    orderBy: { number: 'desc' },
    take: attemptsTold,
    omit: { stages: true, transcript: true },
  })
  const attempts = newest.reverse()
  const [told, earlier, events, link, person] = await Promise.all([
    explained(viewer, attempts),
    earlierThan(viewer, mail.id, attempts[0]?.number ?? 0),
    eventsOf(mail.id),
    fateOf(mail),
    personOf(viewer, mail),
  ])
  const mine = await mayEnd(db(), viewer, mail)
  const may = { cancel: mine && waiting.includes(mail.state), confirm: mine && mail.state === 'uncertain' }
  const hides = isSystem(viewer) ? {} : { mailServerVersionId: null, workerId: null }
  return { ...mail, ...hides, events, link, may, person, deliveryAttempts: told, earlier }
}

/**
 * What its reader sees of a mail, with the link made useless; null for one that cannot be shown, such as one of
 * another version. @throws Refusal mail-not-found
 */
export async function previewMail(viewer: Viewer, id: string) {
  const mail = await findMail(viewer, id)
  return preview(mail).catch(() => null)
}

/** Who a mail is for, as far as the viewer may know them; null once they are gone. */
async function personOf(viewer: Viewer, { userId }: OutboundMail) {
  const user = userId && (await db().user.findFirst({ where: { id: userId, ...visibleTenant(viewer) } }))
  if (!user) return null
  const { id, email, firstName, lastName, state } = user
  return { id, email, firstName, lastName, state, manageable: mayManage(viewer, user) && id !== viewer.id }
}

/** A mail alone, without what happened to it. @throws Refusal mail-not-found, also when it is somebody else's */
export async function findMail(viewer: Viewer, id: string, tx: Tx = db()): Promise<OutboundMail> {
  const mail = await tx.outboundMail.findFirst({ where: { id: rowId(id), ...visibleTenant(viewer) } })
  if (!mail) throw new Refusal('mail-not-found')
  return mail
}

/** One attempt with its steps and its dialogue; null if there is none. @throws Refusal mail-not-found */
export async function readAttempt(viewer: Viewer, mailId: string, number: number) {
  const mail = await findMail(viewer, mailId)
  const attempt = await db().deliveryAttempt.findUnique({
    where: { mailId_number: { mailId: mail.id, number } },
  })
  if (!attempt) return null
  const [told] = await explained(viewer, [attempt])
  if (!told) return null
  return { ...attempt, ...told, ...(isTheirs(viewer, attempt, told.server) ? {} : hiddenDialogue) }
}

async function explained(
  viewer: Viewer,
  attempts: Omit<DeliveryAttempt, 'stages' | 'transcript'>[],
): Promise<ToldAttempt[]> {
  const [servers, hosts] = await Promise.all([
    serversOf(viewer, attempts),
    isSystem(viewer) ? hostsOf(attempts) : new Map<string | null, string>(),
  ])
  return attempts.map(attempt => {
    const server = servers.get(attempt.mailServerVersionId) ?? null
    return {
      ...attempt,
      ...(isTheirs(viewer, attempt, server) ? {} : hidden),
      ...(isSystem(viewer) ? {} : { workerId: null }),
      server,
      host: hosts.get(attempt.workerId) ?? null,
    }
  })
}

/**
 * Whether an attempt was made with a server that the viewer looks after: what it was told there is for them, and not for
 * whoever looks after others. A tenant's server that is gone is nobody's.
 */
const isTheirs = (
  viewer: Viewer,
  { route }: Pick<DeliveryAttempt, 'route'>,
  server: ToldAttempt['server'],
): boolean => (isSystem(viewer) ? route !== 'own' : route === 'own' && server !== null)

const earlierThan = (viewer: Viewer, mailId: string, number: number): Promise<EarlierAttempts[]> =>
  db().$queryRaw`
    SELECT outcome, cause, ${isSystem(viewer) ? Prisma.sql`CASE WHEN route IS DISTINCT FROM 'own' THEN "serverName" END` : Prisma.sql`NULL`} AS "serverName",
      count(*)::int AS count, max("startedAt") AS at
    FROM "DeliveryAttempt" WHERE "mailId" = ${mailId}::uuid AND number < ${number}::int
    GROUP BY 1, 2, 3 ORDER BY at`

type OfAttempt = Pick<DeliveryAttempt, 'mailServerVersionId' | 'workerId'>

const isSystem = ({ role }: Viewer): boolean => role === 'system_administrator'

/** What of an attempt tells of the installation. The reply stays: it says why. */
const hidden = {
  mailServerVersionId: null,
  serverName: null,
  detail: null,
  workerId: null,
} satisfies Partial<DeliveryAttempt>
const hiddenDialogue = { stages: null, transcript: null } satisfies Partial<DeliveryAttempt>

/** What became of the link in a mail; null if it has none. */
async function fateOf({ userId, linkTokenId }: OutboundMail): Promise<MailLinkFate | null> {
  const fate = linkTokenId && (await linkFate(linkTokenId))
  if (!fate) return null
  const { successorId, ...told } = fate
  const newer =
    successorId &&
    userId &&
    (await db().outboundMail.findFirst({ where: { userId, linkTokenId: successorId } }))
  return { ...told, newerMailId: newer ? newer.id : null }
}

/** By the id of their version. */
async function serversOf(viewer: Viewer, attempts: OfAttempt[]): Promise<Map<string | null, MailServerView>> {
  const ids = attempts.flatMap(({ mailServerVersionId }) => mailServerVersionId ?? [])
  const views = await readVersions([...new Set(ids)], { tenantId: visibleTenant(viewer).tenantId ?? null })
  return new Map(views.map(version => [version.versionId, version]))
}

/** The names of the machines, by the id of their worker. */
async function hostsOf(attempts: OfAttempt[]): Promise<Map<string | null, string>> {
  const ids = attempts.flatMap(({ workerId }) => workerId ?? [])
  const workers = await db().worker.findMany({ where: { id: { in: [...new Set(ids)] } } })
  return new Map(workers.map(({ id, host }) => [id, host]))
}

const eventActions = {
  merged: 'mail.merged',
  limited: 'mail.limited',
  'sent-again': 'mail.sent-again',
  arrived: 'mail.arrived',
  cancelled: 'mail.cancelled',
} as const
/** Somebody may ask again and again; what is told of it stays short. */
const eventsShown = 100

/** What was asked of a mail and done to it, as the audit has it. */
async function eventsOf(mailId: string): Promise<MailEvent[]> {
  const rows = await db().auditEvent.findMany({
    where: { subjectId: mailId, action: { in: Object.values(eventActions) } },
    orderBy: { at: 'desc' },
    take: eventsShown,
  })
  const whats = Object.keys(eventActions) as MailEvent['what'][]
  return rows.reverse().flatMap(({ at, action, actor, address }) => {
    const what = whats.find(name => eventActions[name] === action)
    return what ? [{ what, at, by: actor, from: address }] : []
  })
}

/** The last mails to one account, newest first, as far as the viewer may see them. @throws Refusal not-allowed */
export const mailsOfUser = async (viewer: Viewer, userId: string) =>
  db().outboundMail.findMany({
    where: { userId: rowId(userId), ...visibleTenant(viewer) },
    orderBy: { createdAt: 'desc' },
    take: 10,
  })

/**
 * Sends a mail again that has ended or is waiting: the same message with the same Message-ID and link.
 * @throws Refusal mail-not-found, mail-under-way, link-dead when what it carries can no longer be used
 */
export const sendAgain = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    const mail = await findMail(viewer, id, tx)
    if (mail.state === 'sending') throw new Refusal('mail-under-way')
    if (mail.kind === 'test') throw new Refusal('test-mail-once')
    if (!(await linkAlive(tx, mail))) throw new Refusal('link-dead')
    if ((await resend(tx, [mail])) === 0) throw new Refusal('mail-under-way')
    await record(tx, viewer, eventActions['sent-again'], subjectOf(mail))
  })

/**
 * Ends a mail of which nobody knew whether it arrived: it did, a person says.
 * @throws Refusal mail-not-found, not-allowed, mail-not-uncertain when there is no such doubt (any more)
 */
export const confirmArrival = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    const mail = await findMail(viewer, id, tx)
    if (!(await mayEnd(tx, viewer, mail))) throw new Refusal('not-allowed')
    if (!(await endAsArrived(tx, mail.id))) throw new Refusal('mail-not-uncertain')
    await record(tx, viewer, eventActions.arrived, subjectOf(mail))
  })

/** More of them than these are not shown at once. */
const undecidedShown = 10

/** Mails of which this person must say whether they arrived, the oldest first. @throws Refusal not-allowed */
export async function undecidedMails(
  viewer: Viewer,
): Promise<Pick<OutboundMail, 'id' | 'recipient' | 'kind' | 'createdAt'>[]> {
  const { tenantId } = visibleTenant(viewer)
  // As `mayEnd` has it.
  const mine = tenantId
    ? Prisma.sql`"tenantId" = ${tenantId}::uuid AND NOT EXISTS (
        SELECT FROM "User" WHERE "User".id = "userId" AND role <> 'customer_user' AND "User".id <> ${viewer.id}::uuid)`
    : Prisma.sql`true`
  return db().$queryRaw`
    SELECT id, recipient, kind, "createdAt" FROM "OutboundMail" WHERE ${undecided} AND ${mine}
    ORDER BY "createdAt", id LIMIT ${undecidedShown}`
}

/**
 * Withdraws a mail that waits: it is not sent. Its link goes on working for whoever has it.
 * @throws Refusal mail-not-found, not-allowed, mail-under-way, mail-ended
 */
export const cancelMail = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    const mail = await findMail(viewer, id, tx)
    if (!(await mayEnd(tx, viewer, mail))) throw new Refusal('not-allowed')
    if (mail.state !== 'sending' && !waiting.includes(mail.state)) throw new Refusal('mail-ended')
    // A worker may have taken it in this very moment.
    if ((await cancelMails(tx, { id }, 'by-administrator')) === 0) throw new Refusal('mail-under-way')
    await record(tx, viewer, eventActions.cancelled, subjectOf(mail))
  })

/**
 * Whether the viewer may end a mail that is not known to have arrived. A tenant administrator may end what goes to
 * themself and to whom they keep, not what another administrator waits for.
 */
async function mayEnd(tx: Tx, viewer: Viewer, { userId }: OutboundMail): Promise<boolean> {
  if (viewer.role === 'system_administrator' || userId === viewer.id) return true
  const user = userId && (await tx.user.findUnique({ where: { id: userId } }))
  return !user || mayManage(viewer, user)
}

const subjectOf = ({ id, recipient, tenantId }: OutboundMail): Subject => ({
  type: 'outbound-mail',
  id,
  label: recipient,
  tenantId,
})
