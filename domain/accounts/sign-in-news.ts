// What a person is told by mail of who signs in to their account, or tries to. Both mails carry a link "This was not
// me", which sets a new password and ends all sessions. Nobody can switch them off, and nobody can have many sent.
import { lastingToken } from '@/domain/links/link-token'
import { mailWords } from '@/domain/outbox/compose'
import type { Actor } from '@/domain/viewer'
import type { LinkToken, User } from '@/generated/prisma/client'
import { networkOf } from '@/lib/addresses'
import type { GoOn } from '@/lib/batches'
import { inMinutes, now } from '@/lib/clock'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { readDevice } from '@/lib/device'
import { knownDevice } from './known-device'
import { self } from './password'
import type { Origin } from './session'
import { displayName, holdAccount } from './user'
import { issueLink, mailToUser } from './user-mail'

const notMeMinutes = 7 * 24 * 60
/** So many sign-ins from new devices are told in a day; all stand in the list of sessions and in the audit. */
const devicesInDay = 3
/** For so long after the first sign-in of an account nobody is told of another. */
const settlingMinutes = 60
/** Of the same kind of browser in the same network nobody is told again for so long, or until the next password. */
const toldDays = 30

/**
 * Tells a person that their account is being signed in to in a browser that has no mark of it (`knownDevice`), in the
 * transaction that opens the session. Nobody is told of their first hour, nor of what they were told lately: who lets
 * no browser keep anything, or signs in by a program, is told once.
 * @param account as it was before
 */
export async function tellNewDevice(
  tx: Tx,
  account: Pick<User, 'id' | 'demo' | 'lastSignInAt'>,
  origin: Origin,
): Promise<void> {
  const { id, demo } = account
  // What was once the password of a demo account is known to everybody, and nobody has its mailbox.
  if (demo || knownDevice(origin.marks ?? [], id) || !(await isSettled(tx, account))) return
  await holdAccount(tx, { id })
  const user = await tx.user.findUniqueOrThrow({ where: { id }, include: { credential: true } })
  const device = await deviceName(user.locale, origin.device)
  const told = await toldOf(tx, user)
  const lately = told.filter(({ createdAt }) => createdAt > inMinutes(-24 * 60))
  const same = told.filter(
    mail =>
      mail.device === device &&
      networkOf(mail.address) === networkOf(origin.address) &&
      mail.createdAt > (user.credential?.changedAt ?? user.createdAt),
  )
  if (same.length > 0 || lately.length >= devicesInDay) return
  const token = await notMeLink(tx, user)
  const parameters = {
    ...aboutLink(user, token),
    device,
    address: origin.address || '–',
    seenAt: now().toISOString(),
  }
  await mailToUser(tx, user, self(user, origin), { kind: 'new-device', parameters }, { token })
}

/**
 * Whether an account has been in use for a while: whoever activates one on a phone goes on at a desk, and need not be
 * told of that.
 */
async function isSettled(tx: Tx, { id, lastSignInAt }: Pick<User, 'id' | 'lastSignInAt'>): Promise<boolean> {
  const since = inMinutes(-settlingMinutes)
  if (!lastSignInAt || lastSignInAt <= since) return lastSignInAt !== null
  return (
    (await tx.session.count({ where: { userId: id, createdAt: { lte: since }, actorSessionId: null } })) > 0
  )
}

/** Of which sign-ins from new devices a person was told. */
const toldOf = (tx: Tx, { id }: User) =>
  tx.$queryRaw<{ createdAt: Date; device: string; address: string }[]>`
    SELECT "createdAt", parameters->>'device' AS device, parameters->>'address' AS address FROM "OutboundMail"
    WHERE "userId" = ${id}::uuid AND kind = 'new-device'
      AND "createdAt" > ${sqlNow()} - ${toldDays}::int * interval '1 day'`

/** What a person would call a browser, by names that we know: what it calls itself may be anything. */
async function deviceName(locale: string, userAgent: string): Promise<string> {
  const { browser = 'none', system = 'none' } = readDevice(userAgent)
  return mailWords(locale, 'new-device.device', { browser, system })
}

/** The link of both mails. One that lasts stays the same: the newer mail makes nothing of the older one worthless. */
const notMeLink = async (tx: Tx, { id }: User): Promise<LinkToken> =>
  (await lastingToken(tx, 'not-me', id)) ?? (await issueLink(tx, 'not-me', id, inMinutes(notMeMinutes)))

const aboutLink = (user: User, token: LinkToken) => ({
  name: displayName(user),
  expiresAt: token.expiresAt.toISOString(),
})

/** So many people are told in an hour that somebody guesses at their account, however many are guessed at. */
const slowedInHour = 50
/** What happened longer ago is no news. */
const slowedHours = 6

/**
 * Tells people that guesses at their account are being slowed down: each once a day, behind all other mails. It is
 * done once an hour by what the audit holds, so that a guess costs the same whether there is an account or not.
 * @returns how many
 */
export async function tellSlowed(goOn: GoOn): Promise<number> {
  const slowed = await db().$queryRaw<{ id: string; at: Date }[]>`
    SELECT person.id, slowed.at FROM (
      SELECT "subjectId", max(at) AS at FROM "AuditEvent"
      WHERE action IN ('sign-in.limited', 'sign-in.factor-limited') AND "subjectId" IS NOT NULL
        AND at > ${sqlNow()} - ${slowedHours}::int * interval '1 hour'
      GROUP BY "subjectId"
    ) slowed JOIN "User" person ON person.id::text = slowed."subjectId"
    WHERE person.state = 'active' AND NOT person.demo AND NOT EXISTS (
      SELECT FROM "OutboundMail" mail WHERE mail."userId" = person.id AND mail.kind = 'sign-in-slowed'
        AND mail."createdAt" > ${sqlNow()} - interval '1 day')
    ORDER BY slowed.at LIMIT ${slowedInHour}`
  let told = 0
  for (const { id, at } of slowed) {
    if (!goOn()) break
    await transaction(async tx => {
      await holdAccount(tx, { id })
      const user = await tx.user.findFirst({ where: { id, state: 'active' } })
      if (!user) return
      const token = await notMeLink(tx, user)
      const parameters = { ...aboutLink(user, token), seenAt: at.toISOString() }
      await mailToUser(
        tx,
        user,
        nobodyInPerson,
        { kind: 'sign-in-slowed', parameters },
        { token, bulk: true },
      )
      told++
    })
  }
  return told
}

const nobodyInPerson: Actor = { id: null, email: null, address: null }
