import { setTimeout } from 'node:timers/promises'
import { record, recordCounted, recordCountedEach } from '@/domain/audit/audit'
import { lastingToken, readToken, redeem, tokenOf } from '@/domain/links/link-token'
import { landingPage } from '@/domain/outbox/landing-page'
import { isQueued } from '@/domain/outbox/outbound-mail'
import { installationIn } from '@/domain/settings/installation'
import { lifetimeMinutes } from '@/domain/settings/lifetimes'
import {
  type Actor,
  requireAdministrator,
  requireAnother,
  requireOwnSession,
  type Viewer,
  visibleTenant,
} from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { enqueueAlone, type Work, work } from '@/lib/queue'
import { Refusal } from '@/lib/refusal'
import { invite } from './activation'
import { admitLinkMail, admitLinkRequest, clearAttempts, refuseLinkMails } from './attempts'
import { emailKey } from './email-address'
import { choosePassword, self, setPassword } from './password'
import { type Asked, mergeWithRecent, noteLimited } from './recent-mail'
import { endSessions, type Origin } from './session'
import { displayName, holdAccount, manageableUser, userSubject } from './user'
import { issueLink, mailToUser, withdrawLinks } from './user-mail'

/** Until when a link works that is made now. */
const resetEnd = async (tx: Tx): Promise<Date> =>
  inMinutes(lifetimeMinutes((await installationIn(tx)).resetHours))

export type LinkRequest = {
  email: string
  address: string
  /** Of whoever asks for their users: for others nothing is sent */
  tenantId?: string
}

/**
 * Asks for a new link. For every address, known or not, the same is done here and at the same cost: one
 * job is written, or none for a network that has asked too often. Whether there is an account is found out by
 * the worker, where nobody can time it.
 */
export async function requestLink(email: string, address: string): Promise<void> {
  if (!(await admitLinkRequest(address))) return
  await enqueueAlone('link-requests', { email: email.trim(), address } satisfies LinkRequest, 20)
}

/**
 * The same for a program that asks for its users. How often is bounded by its key and by each account's own limit.
 * @throws Refusal not-allowed
 */
export async function requestLinkFor(viewer: Viewer, email: string): Promise<void> {
  const { tenantId } = visibleTenant(viewer)
  await enqueueAlone('link-requests', { email, address: viewer.address, tenantId } satisfies LinkRequest, 20)
}

/** By then the answer has left, so that what is done for an account does not show in how long it took. */
const answeredMilliseconds = 150
/** Looked at together: a flood of addresses that nobody has keeps no one waiting. */
const atOnce = 500

/** Answers the requests for links. */
export const answerLinkRequests = () =>
  work<LinkRequest>('link-requests', atOnce, answerLinkRequest, async requests => {
    await setTimeout(answeredMilliseconds)
    return siftLinkRequests(requests)
  })

/**
 * Leaves those for an account that there is room for another mail to. The others are only counted, by the network that
 * they came from.
 */
export async function siftLinkRequests(requests: Work<LinkRequest>[]): Promise<Work<LinkRequest>[]> {
  const asked = requests.map(request => ({ request, actor: askerOf(request.data) }))
  const users = await db().user.findMany({
    where: { emailKey: { in: asked.map(({ actor }) => actor.email) } },
  })
  const known = new Map(users.map(user => [user.emailKey, user]))
  const forAccounts = asked.flatMap(one => {
    const user = known.get(one.actor.email)
    const { tenantId } = one.request.data
    return user && (!tenantId || tenantId === user.tenantId) ? [{ ...one, user }] : []
  })
  const refused = await refuseLinkMails(forAccounts.map(({ actor }) => actor.email))
  const limited = forAccounts.filter((_, index) => refused[index])
  const left = forAccounts.filter((_, index) => !refused[index])
  const ours = new Set(forAccounts.map(({ request }) => request))
  const strangers = asked.flatMap(({ request, actor }) =>
    ours.has(request) ? [] : [{ actor, subject: null }],
  )
  if (strangers.length + limited.length > 0)
    await transaction(async tx => {
      await recordCountedEach(tx, 'password-reset.not-sent', strangers)
      for (const user of users)
        await noteRefused(
          tx,
          user,
          limited.flatMap(one => (one.user === user ? one.actor : [])),
        )
    })
  return left.map(({ request }) => request)
}

/** Who asks for a link, as the audit names them. */
const askerOf = ({ email, address }: LinkRequest) => ({ id: null, email: emailKey(email), address })

/**
 * A reset link for an active account, an activation link for a pending one (its owner held an old link; a dead
 * end helps nobody), nothing for a disabled or unknown one.
 * @param id of the request: handed out once more it does not bring a second mail
 */
export async function answerLinkRequest({ email, address }: LinkRequest, id?: string): Promise<void> {
  const actor = askerOf({ email, address })
  const admitted = await admitLinkMail(actor.email)
  await transaction(async tx => {
    const user = await tx.user.findUnique({ where: { emailKey: actor.email } })
    if (!admitted && user) await noteRefused(tx, user, [actor])
    else if (!admitted) await recordCounted(tx, actor, 'password-reset.limited', null)
    else if (id && (await isQueued(tx, id))) return
    else if (user?.state === 'active') await mailResetLink(tx, user, actor, id)
    else if (user?.state === 'pending') await invite(tx, user, actor, { mailId: id })
    else await recordCounted(tx, actor, 'password-reset.not-sent', user && userSubject(user))
  })
}

async function noteRefused(tx: Tx, user: User, actors: Actor[]): Promise<void> {
  if (actors.length === 0) return
  const subject = userSubject(user)
  await recordCountedEach(
    tx,
    'password-reset.limited',
    actors.map(actor => ({ actor, subject })),
  )
  await noteLimited(tx, user, actors, user.state === 'pending' ? 'activation' : 'password-reset')
}

/** For an administrator. @throws Refusal user-not-found, not-active, account-disabled */
export const sendResetLink = (viewer: Viewer, userId: string): Promise<Asked> =>
  transaction(async tx => {
    const user = await manageableUser(tx, viewer, userId)
    requireActive(user)
    return mailResetLink(tx, user, viewer)
  })

/**
 * The reset link of a user for an administrator to hand over; one that lasts stays the same. Whoever has it gets the
 * account, so nobody gets their own: an open session that somebody finds is not enough for a new password.
 * @throws Refusal not-yourself, user-not-found, not-allowed, not-active, account-disabled
 */
export const resetLink = (viewer: Viewer, userId: string): Promise<string> =>
  transaction(async tx => {
    requireAdministrator(viewer)
    requireOwnSession(viewer)
    requireAnother(viewer, userId)
    const user = await manageableUser(tx, viewer, userId)
    requireActive(user)
    await holdAccount(tx, user)
    const token =
      (await lastingToken(tx, 'password-reset', user.id)) ??
      (await issueLink(tx, 'password-reset', user.id, await resetEnd(tx)))
    await record(tx, viewer, 'password-reset.link-shown', userSubject(user))
    return landingPage('reset-password', tokenOf(token))
  })

/** A reset link to hand over, for an administrator at the machine. @throws Refusal user-not-found, not-active, account-disabled */
export const resetLinkToken = (email: string, actor: Actor) =>
  transaction(async tx => {
    const user = await tx.user.findUnique({ where: { emailKey: emailKey(email) } })
    if (!user) throw new Refusal('user-not-found')
    requireActive(user)
    await record(tx, actor, 'password-reset.link-shown', userSubject(user))
    return issueLink(tx, 'password-reset', user.id, await resetEnd(tx))
  })

/** @throws Refusal account-disabled, not-active */
export function requireActive({ state }: User): void {
  if (state === 'disabled') throw new Refusal('account-disabled')
  if (state !== 'active') throw new Refusal('not-active')
}

/** A link that lasts is mailed again; nobody who asks makes it worthless for whoever has it. */
async function mailResetLink(tx: Tx, user: User, actor: Actor, mailId?: string): Promise<Asked> {
  await holdAccount(tx, user)
  const again = await lastingToken(tx, 'password-reset', user.id)
  if (await mergeWithRecent(tx, user, actor, 'password-reset', { again })) return 'merged'
  const token = again ?? (await issueLink(tx, 'password-reset', user.id, await resetEnd(tx)))
  const parameters = {
    name: displayName(user),
    expiresAt: token.expiresAt.toISOString(),
  }
  await mailToUser(tx, user, actor, { kind: 'password-reset', parameters }, { id: mailId, token })
  await record(tx, actor, 'password-reset.sent', userSubject(user))
  return 'queued'
}

export const readPasswordReset = (token: string) => readToken('password-reset', token)

/**
 * Sets a new password with a link, ends all sessions of the account, and forgets what was tried at it.
 * @returns whose password it is now @throws Refusal link-DEAD (used, expired, replaced, withdrawn, unknown);
 * those of `choosePassword`
 */
export const resetPassword = (token: string, password: string, origin: Origin): Promise<Owner> =>
  setWithLink('password-reset', token, password, origin)

/** The link of a mail about a sign-in, see sign-in-news.ts. */
export const readNotMe = (token: string) => readToken('not-me', token)

/** The same with such a link, whose owner says that it was not they who signed in or tried to. */
export const resetAsNotMe = (token: string, password: string, origin: Origin): Promise<Owner> =>
  setWithLink('not-me', token, password, origin)

type Owner = { userId: string; email: string }

async function setWithLink(
  purpose: 'password-reset' | 'not-me',
  token: string,
  password: string,
  origin: Origin,
): Promise<Owner> {
  const { live, dead } = await readToken(purpose, token)
  if (dead) throw new Refusal(`link-${dead}`)
  if (!live.user) throw new Refusal('link-unknown')
  // The one that somebody else may know is no new one.
  const chosen = await choosePassword(password, live.user, { unlike: purpose === 'not-me' ? 1 : 0 })
  return transaction(async tx => {
    const { user } = await redeem(tx, purpose, token)
    if (user?.state !== 'active') throw new Refusal('link-unknown')
    await setPassword(tx, user.id, chosen)
    await endSessions(tx, user.id)
    await withdrawLinks(tx, { userId: user.id })
    const actor = self(user, origin)
    await tellPasswordChanged(tx, user, actor)
    if (purpose === 'not-me') await record(tx, actor, 'sign-in.disowned', userSubject(user))
    await record(tx, actor, 'password.reset', userSubject(user))
    await clearAttempts(tx, user.emailKey)
    return { userId: user.id, email: user.email }
  })
}

/** So that the owner notices when it was not they. */
export const tellPasswordChanged = (tx: Tx, user: User, actor: Actor) =>
  mailToUser(tx, user, actor, {
    kind: 'password-changed',
    parameters: {
      name: displayName(user),
      changedAt: now().toISOString(),
    },
  })

/** The moment of the last password, for the profile page. */
export const passwordChangedAt = async (viewer: Viewer) =>
  (await db().credential.findUnique({ where: { userId: viewer.id } }))?.changedAt ?? null
