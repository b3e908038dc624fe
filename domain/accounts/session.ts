import { v7 as uuid } from 'uuid'
import { record } from '@/domain/audit/audit'
import { installationDefaults } from '@/domain/settings/installation'
import type { PasswordRules } from '@/domain/settings/password-rules'
import { rulesIn } from '@/domain/settings/tenant-password-rules'
import { requireOwnSession, type Viewer } from '@/domain/viewer'
import { Prisma, type User } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { now } from '@/lib/clock'
import { db, rowId, sqlNow, type Tx, transaction } from '@/lib/db'
import { hashToken, randomToken } from '@/lib/keyring'
import { dueUnder } from './password-due'

/** For so many days an ended session is kept. */
const endedDays = 30
/** "Last seen" is only as exact as this, so that reading a page seldom writes. */
const seenEveryMilliseconds = 5 * 60_000

/** Where a request comes from: shown in the list of sessions, so that a stranger is noticed. */
export type Origin = {
  address: string
  device: string
  /** What the browser shows of accounts that have signed in there before, see `knownDevice` */
  marks?: string[]
  /** The zone of the browser, if it has told one */
  timeZone?: string | null
}

/** A session that was opened just now. */
export type Opened = {
  /** The opaque id for the cookie; the database holds its hash */
  token: string
  userId: string
}

/** How somebody has shown who they are. */
type Shown = { factorShown?: boolean; byPassword?: boolean }

/** Opens a session for whoever has shown all that is asked of their account. */
export async function openSession(
  tx: Tx,
  user: Pick<User, 'id' | 'tenantId'>,
  origin: Origin,
  shown: Shown = {},
): Promise<Opened> {
  const opened = await openUnlessMoreWanted(tx, user, origin, await rulesIn(tx, user.tenantId), shown)
  if (!opened) throw notShown()
  return opened
}

/** What nobody does who has asked for what is wanted. */
export const notShown = () =>
  new Error('A session was to be opened without the second factor or the new password of its account.')

/**
 * Opens a session, the one place that does. For an account with a second factor there is none unless it was shown, and
 * none while its password has to be changed, unless it was not the password that opens it.
 * @param rules those that hold for the account
 * @param besides what is done with it and only then: parts of the statement, under the condition that they are given
 * @returns null where more is wanted
 */
export async function openUnlessMoreWanted(
  tx: Tx,
  user: Pick<User, 'id'>,
  origin: Origin,
  rules: PasswordRules,
  { factorShown = false, byPassword = true }: Shown = {},
  besides: (opened: Prisma.Sql) => Prisma.Sql[] = () => [],
): Promise<Opened | null> {
  const token = randomToken()
  const [hash, device, at] = [hashToken(token), origin.device.slice(0, 300), now()]
  const parts = besides(Prisma.sql`EXISTS (SELECT FROM person)`).map(
    (part, index) => Prisma.sql`, ${Prisma.raw(`besides_${index}`)} AS (${part})`,
  )
  // One statement: signing in should cost what the password costs, and little more.
  const opened = await tx.$queryRaw<unknown[]>`
    WITH session AS (
      INSERT INTO "Session"
        (id, "tokenHash", "userId", device, address, "createdAt", "lastSeenAt", "provedAt", "expiresAt")
      SELECT ${uuid()}::uuid, ${hash}, ${user.id}::uuid, ${device}, ${origin.address}, ${at}::timestamptz,
        ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz + coalesce(
          (SELECT "sessionDays" FROM "Installation" WHERE id = 1), ${usual.sessionDays}) * interval '1 day'
      WHERE (${factorShown} OR NOT EXISTS (
        SELECT FROM "Factor" WHERE "userId" = ${user.id}::uuid AND "confirmedAt" IS NOT NULL))
        AND (NOT ${byPassword} OR NOT EXISTS (
          SELECT FROM "Credential" WHERE "userId" = ${user.id}::uuid AND ${dueUnder(rules)} IS NOT NULL))
      RETURNING id
    ), person AS (
      UPDATE "User" SET "lastSignInAt" = ${at}, "timeZone" = coalesce(${origin.timeZone ?? null}, "timeZone")
      WHERE id = ${user.id}::uuid AND EXISTS (SELECT FROM session)
      RETURNING id
    )${Prisma.join(parts.length > 0 ? parts : [Prisma.empty], '')}
    SELECT id FROM person`
  return opened.length === 1 ? { token, userId: user.id } : null
}

/**
 * What makes a session open: nobody has ended it, it is not too old, and it was used lately enough by what is set now,
 * whatever was set when it began.
 */
const isOpen = (session: Prisma.Sql) => Prisma.sql`(
  ${session}."revokedAt" IS NULL AND ${session}."expiresAt" > ${now()}::timestamptz
  AND ${session}."createdAt" + coalesce(installation."sessionDays", ${usual.sessionDays}) * interval '1 day' > ${now()}::timestamptz
  AND ${session}."lastSeenAt" + coalesce(installation."sessionIdleHours", ${usual.sessionIdleHours}) * interval '1 hour' > ${now()}::timestamptz)`
const usual = installationDefaults

/** The sessions with what is set for them, as `session` and `installation`. */
const sessions = Prisma.sql`"Session" session LEFT JOIN "Installation" installation ON installation.id = 1`

type ViewerRow = Omit<Viewer, 'address' | 'actedBy'> & {
  lastSeenAt: Date
  actorId: string | null
  actorEmail: string
  actorSessionId: string
}

/**
 * Who a session belongs to; null once it has ended. Asked on every request: revocation is immediate. That of an
 * administrator who is signed in as somebody else ends with their own.
 */
export async function viewerOf(token: string, address: string): Promise<Viewer | null> {
  const [row] = await db().$queryRaw<ViewerRow[]>`
    SELECT person.id, session.id AS "sessionId", person.email, person."firstName", person."lastName",
      person.role::text AS role, person."tenantId", person."customerId", person.locale, person."timeZone",
      session.device, session."lastSeenAt",
      CASE WHEN session."actorSessionId" IS NULL THEN session."provedAt" ELSE own."provedAt" END AS "provedAt", actor.id AS "actorId", actor.email AS "actorEmail", session."actorSessionId"
    FROM ${sessions} JOIN "User" person ON person.id = session."userId"
    LEFT JOIN "Session" own ON own.id = session."actorSessionId"
    LEFT JOIN "User" actor ON actor.id = own."userId"
    WHERE session."tokenHash" = ${hashToken(token)} AND person.state = 'active' AND ${isOpen(Prisma.sql`session`)}
      AND (session."actorSessionId" IS NULL
        OR (actor.state = 'active' AND ${isOpen(Prisma.sql`own`)} AND installation."signInAs" = 'on'))`
  if (!row) return null
  const { lastSeenAt, actorId, actorEmail, actorSessionId, ...viewer } = row
  if (now().getTime() - lastSeenAt.getTime() > seenEveryMilliseconds)
    await db().session.update({ where: { id: viewer.sessionId }, data: { lastSeenAt: now() } })
  const actedBy = actorId ? { id: actorId, email: actorEmail, sessionId: actorSessionId } : undefined
  return { ...viewer, address, ...(actedBy && { actedBy }) }
}

/**
 * Gives the viewer's session a new opaque id, for rights that have changed: who has seen the old one has nothing.
 * @returns it, for the cookie
 */
export async function renewSession(tx: Tx, viewer: Viewer): Promise<string> {
  const token = randomToken()
  await tx.session.updateMany({
    where: { id: viewer.sessionId, userId: viewer.id, revokedAt: null },
    data: { tokenHash: hashToken(token) },
  })
  return token
}

/** Remembers the zone that a person is in now: moments in mails to them are told in it. */
export async function noteTimeZone(viewer: Viewer, timeZone: string | null): Promise<void> {
  if (timeZone !== null && timeZone !== viewer.timeZone && !viewer.actedBy)
    await db().user.update({ where: { id: viewer.id }, data: { timeZone } })
}

/** When the last of the open sessions ends that were opened before a moment; null if there is none. */
export async function lastEndOfSessions(openedBefore: Date): Promise<Date | null> {
  const { _max } = await db().session.aggregate({
    where: { createdAt: { lt: openedBefore }, revokedAt: null, expiresAt: { gt: now() } },
    _max: { expiresAt: true },
  })
  return _max.expiresAt
}

export type ListedSession = {
  id: string
  device: string
  address: string
  lastSeenAt: Date
  /** When it ends however much it is used */
  endsAt: Date
  /** The administrator who is signed in there; null where it is the owner's own */
  actor: string | null
}

/** The viewer's open sessions, the latest first. */
export const listSessions = (viewer: Viewer): Promise<ListedSession[]> =>
  db().$queryRaw`
    SELECT session.id, session.device, session.address, session."lastSeenAt", actor.email AS actor, least(
      session."expiresAt",
      session."createdAt" + coalesce(installation."sessionDays", ${usual.sessionDays}) * interval '1 day'
    ) AS "endsAt"
    FROM ${sessions}
    LEFT JOIN "Session" own ON own.id = session."actorSessionId" LEFT JOIN "User" actor ON actor.id = own."userId"
    WHERE session."userId" = ${viewer.id}::uuid AND ${isOpen(Prisma.sql`session`)}
      AND (session."actorSessionId" IS NULL OR ${isOpen(Prisma.sql`own`)})
    ORDER BY session."lastSeenAt" DESC`

export const signOut = (viewer: Viewer) =>
  transaction(async tx => {
    await tx.session.updateMany({
      where: { id: viewer.sessionId, revokedAt: null },
      data: { revokedAt: now() },
    })
    await record(tx, viewer, 'session.signed-out', subject(viewer))
  })

/** Ends all sessions of the viewer, this one too. @throws Refusal acting-as */
export const signOutEverywhere = (viewer: Viewer) =>
  transaction(async tx => {
    requireOwnSession(viewer)
    await endSessions(tx, viewer.id)
    await record(tx, viewer, 'session.signed-out-everywhere', subject(viewer))
  })

/** Ends one of the viewer's own sessions; another's id does nothing. @throws Refusal acting-as */
export const endSession = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    requireOwnSession(viewer)
    const { count } = await tx.session.updateMany({
      where: { id: rowId(id), userId: viewer.id, revokedAt: null },
      data: { revokedAt: now() },
    })
    if (count > 0) await record(tx, viewer, 'session.ended', subject(viewer))
  })

/** Ends all sessions of a user, or all but one, and every sign-in that waits for a second factor or a new password. */
export async function endSessions(tx: Tx, userId: string, exceptId?: string): Promise<void> {
  await tx.session.updateMany({
    where: { userId, revokedAt: null, ...(exceptId && { id: { not: exceptId } }) },
    data: { revokedAt: now() },
  })
  await tx.pendingSignIn.deleteMany({ where: { userId } })
}

/** Ends the sessions of everybody, and every sign-in that waits for more. @returns how many sessions */
export async function endAllSessions(tx: Tx): Promise<number> {
  await tx.pendingSignIn.deleteMany()
  const { count } = await tx.session.updateMany({ where: { revokedAt: null }, data: { revokedAt: now() } })
  return count
}

/**
 * Deletes sessions that ended so long ago that nobody asks where they were. Until then they tell from where an
 * account has signed in. @returns how many
 */
export const deleteEndedSessions = (goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "Session" WHERE id IN (
        SELECT id FROM "Session"
        WHERE least("expiresAt", "revokedAt") < ${sqlNow()} - ${endedDays}::int * interval '1 day' LIMIT ${batch})`,
  )

const subject = (viewer: Viewer) => ({
  type: 'session' as const,
  id: viewer.sessionId,
  label: viewer.email,
  tenantId: viewer.tenantId,
})
