import { setTimeout } from 'node:timers/promises'
import { record } from '@/domain/audit/audit'
import { readToken, redeem } from '@/domain/links/link-token'
import type { Actor, Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { enqueue, work } from '@/lib/queue'
import { countAttempt, type Limit } from '@/lib/rate-limit'
import { Refusal } from '@/lib/refusal'
import { invite } from './activation'
import { emailKey } from './email-address'
import { hashPassword, refuseObvious, self, setPassword } from './password'
import { type Asked, mergeWithRecent, noteLimited } from './recent-mail'
import { endSessions, type Origin } from './session'
import { displayName, manageableUser, userSubject } from './user'
import { issueLink, mailToUser, withdrawLinks } from './user-mail'

const resetMinutes = 60

/** Nobody can fill another's mailbox, nor use the form to find out how busy an account is. */
const perAccount: Limit = { name: 'link-request', points: 5, seconds: 15 * 60 }
const perAddress: Limit = { name: 'link-request-address', points: 60, seconds: 15 * 60 }

type LinkRequest = { email: string; address: string }

/**
 * Asks for a new link. For every address, known or not, the same is done here and at the same cost: one
 * job is written. Whether there is an account is found out by the worker, where nobody can time it.
 */
export const requestLink = (email: string, address: string): Promise<void> =>
  transaction(tx =>
    enqueue(tx, 'link-requests', { email: email.trim(), address } satisfies LinkRequest, { priority: 20 }),
  )

/** By then the answer has left, so that what is done for an account does not show in how long it took. */
const answeredMilliseconds = 150

/** Answers the requests for links. */
export const answerLinkRequests = () =>
  work<LinkRequest>('link-requests', 32, async request => {
    await setTimeout(answeredMilliseconds)
    await answerLinkRequest(request)
  })

/**
 * A reset link for an active account, a new activation link for a pending one (its owner held an old
 * link; a dead end helps nobody), nothing for a disabled or unknown one.
 */
export async function answerLinkRequest({ email, address }: LinkRequest): Promise<void> {
  const key = emailKey(email)
  const actor: Actor = { id: null, email: key, address }
  const waits = [await countAttempt(perAccount, key), await countAttempt(perAddress, address)]
  const limited = waits.some(wait => wait > 0)
  await transaction(async tx => {
    const user = await tx.user.findUnique({ where: { emailKey: key } })
    if (limited) await refuseLimited(tx, user, actor)
    else if (user?.state === 'active') await mailResetLink(tx, user, actor)
    else if (user?.state === 'pending') await invite(tx, user, actor)
    else
      await record(tx, actor, 'password-reset.not-sent', { type: 'user', id: user?.id ?? null, label: key })
  })
}

async function refuseLimited(tx: Tx, user: User | null, actor: Actor): Promise<void> {
  const subject = user ? userSubject(user) : { type: 'user' as const, id: null, label: actor.email ?? '' }
  await record(tx, actor, 'password-reset.limited', subject)
  if (user) await noteLimited(tx, user, actor, user.state === 'pending' ? 'activation' : 'password-reset')
}

/** For an administrator. @throws Refusal user-not-found, not-active */
export const sendResetLink = (viewer: Viewer, userId: string): Promise<Asked> =>
  transaction(async tx => {
    const user = await manageableUser(tx, viewer, userId)
    if (user.state !== 'active') throw new Refusal('not-active')
    return mailResetLink(tx, user, viewer)
  })

/** A reset link to hand over, for an administrator at the machine. @throws Refusal user-not-found, not-active */
export const resetLinkToken = (email: string, actor: Actor) =>
  transaction(async tx => {
    const user = await tx.user.findUnique({ where: { emailKey: emailKey(email) } })
    if (!user) throw new Refusal('user-not-found')
    if (user.state !== 'active') throw new Refusal('not-active')
    await record(tx, actor, 'password-reset.link-shown', userSubject(user))
    return issueLink(tx, 'password-reset', user.id, inMinutes(resetMinutes))
  })

async function mailResetLink(tx: Tx, user: User, actor: Actor): Promise<Asked> {
  if (await mergeWithRecent(tx, user, actor, 'password-reset')) return 'merged'
  const token = await issueLink(tx, 'password-reset', user.id, inMinutes(resetMinutes))
  const parameters = { name: displayName(user), expiresAt: token.expiresAt.toISOString() }
  await mailToUser(tx, user, actor, { kind: 'password-reset', parameters }, { token })
  await record(tx, actor, 'password-reset.sent', userSubject(user))
  return 'queued'
}

export const readPasswordReset = (token: string) => readToken('password-reset', token)

/**
 * Sets a new password with a link, and ends all sessions of the account.
 * @throws Refusal link-used, link-expired, link-replaced, link-unknown, password-is-email
 */
export async function resetPassword(token: string, password: string, origin: Origin): Promise<void> {
  const { live, dead } = await readPasswordReset(token)
  if (dead) throw new Refusal(`link-${dead}`)
  if (live.user) refuseObvious(password, live.user.email)
  const hash = await hashPassword(password)
  await transaction(async tx => {
    const { user } = await redeem(tx, 'password-reset', token)
    if (user?.state !== 'active') throw new Refusal('link-unknown')
    await setPassword(tx, user.id, hash)
    await endSessions(tx, user.id)
    await withdrawLinks(tx, { userId: user.id })
    const actor = self(user, origin.address)
    await tellPasswordChanged(tx, user, actor)
    await record(tx, actor, 'password.reset', userSubject(user))
  })
}

/** So that the owner notices when it was not they. */
export const tellPasswordChanged = (tx: Tx, user: User, actor: Actor) =>
  mailToUser(tx, user, actor, {
    kind: 'password-changed',
    parameters: { name: displayName(user), changedAt: now().toISOString() },
  })

/** The moment of the last password, for the profile page. */
export const passwordChangedAt = async (viewer: Viewer) =>
  (await db().credential.findUnique({ where: { userId: viewer.id } }))?.changedAt ?? null
