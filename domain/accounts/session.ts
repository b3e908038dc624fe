import { v7 as uuid } from 'uuid'
import { record } from '@/domain/audit/audit'
import { rulesIn } from '@/domain/settings/tenant-password-rules'
import type { Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { inMinutes, now } from '@/lib/clock'
import { db, rowId, sqlNow, type Tx, transaction } from '@/lib/db'
import { hashToken, randomToken } from '@/lib/keyring'
import { dueUnder } from './password-due'

/** A session ends after a week, whatever happens. */
export const sessionMinutes = 7 * 24 * 60
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

/**
 * Opens a session, the one place that does. For an account with a second factor there is none unless it was shown, and
 * none while its password has to be changed.
 * @returns the opaque id for the cookie; the database holds its hash
 */
export async function openSession(
  tx: Tx,
  user: Pick<User, 'id' | 'tenantId'>,
  origin: Origin,
  { factorShown = false } = {},
): Promise<string> {
  const token = randomToken()
  const [hash, device, at] = [hashToken(token), origin.device.slice(0, 300), now()]
  const rules = await rulesIn(tx, user.tenantId)
  // One statement: signing in should cost what the password costs, and little more.
  const opened = await tx.$executeRaw`
    WITH session AS (
      INSERT INTO "Session"
        (id, "tokenHash", "userId", device, address, "createdAt", "lastSeenAt", "provedAt", "expiresAt")
      SELECT ${uuid()}::uuid, ${hash}, ${user.id}::uuid, ${device}, ${origin.address}, ${at}::timestamptz,
        ${at}::timestamptz, ${at}::timestamptz, ${inMinutes(sessionMinutes)}::timestamptz
      WHERE (${factorShown} OR NOT EXISTS (
        SELECT FROM "Factor" WHERE "userId" = ${user.id}::uuid AND "confirmedAt" IS NOT NULL))
        AND NOT EXISTS (
          SELECT FROM "Credential" WHERE "userId" = ${user.id}::uuid AND ${dueUnder(rules)} IS NOT NULL)
      RETURNING id
    )
    UPDATE "User" SET "lastSignInAt" = ${at}, "timeZone" = coalesce(${origin.timeZone ?? null}, "timeZone")
    WHERE id = ${user.id}::uuid AND EXISTS (SELECT FROM session)`
  if (opened !== 1)
    throw new Error(
      'A session was to be opened without the second factor or the new password of its account.',
    )
  return token
}

/** Who a session belongs to; null once it has ended. Asked on every request: revocation is immediate. */
export async function viewerOf(token: string, address: string): Promise<Viewer | null> {
  const session = await db().session.findUnique({
    where: { tokenHash: hashToken(token) },
    include: { user: true },
  })
  if (!session || session.revokedAt || session.expiresAt <= now() || session.user.state !== 'active')
    return null
  if (now().getTime() - session.lastSeenAt.getTime() > seenEveryMilliseconds)
    await db().session.update({ where: { id: session.id }, data: { lastSeenAt: now() } })
  const { id, email, firstName, lastName, role, tenantId, customerId, locale, timeZone } = session.user
  return {
    id,
    sessionId: session.id,
    email,
    firstName,
    lastName,
    role,
    tenantId,
    customerId,
    locale,
    timeZone,
    address,
    device: session.device,
  }
}

/** Whose session it is, whether it still lasts or not; null if it is nobody's. */
export async function ownerOf(token: string): Promise<string | null> {
  const [row] = await db().$queryRaw<{ userId: string }[]>`
    SELECT "userId" FROM "Session" WHERE "tokenHash" = ${hashToken(token)}`
  return row?.userId ?? null
}

/** Remembers the zone that a person is in now: moments in mails to them are told in it. */
export async function noteTimeZone(viewer: Viewer, timeZone: string | null): Promise<void> {
  if (timeZone !== null && timeZone !== viewer.timeZone)
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

/** The viewer's open sessions, the latest first. */
export const listSessions = (viewer: Viewer) =>
  db().session.findMany({
    where: { userId: viewer.id, revokedAt: null, expiresAt: { gt: now() } },
    orderBy: { lastSeenAt: 'desc' },
    select: { id: true, device: true, address: true, createdAt: true, lastSeenAt: true },
  })

export const signOut = (viewer: Viewer) =>
  transaction(async tx => {
    await tx.session.updateMany({
      where: { id: viewer.sessionId, revokedAt: null },
      data: { revokedAt: now() },
    })
    await record(tx, viewer, 'session.signed-out', subject(viewer))
  })

/** Ends all sessions of the viewer, this one too. */
export const signOutEverywhere = (viewer: Viewer) =>
  transaction(async tx => {
    await endSessions(tx, viewer.id)
    await record(tx, viewer, 'session.signed-out-everywhere', subject(viewer))
  })

/** Ends one of the viewer's own sessions; another's id does nothing. */
export const endSession = (viewer: Viewer, id: string) =>
  transaction(async tx => {
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
