import { record, recordEach } from '@/domain/audit/audit'
import { issueTokens, lastingToken, liveToken, readToken, redeem, tokenOf } from '@/domain/links/link-token'
import { landingPage } from '@/domain/outbox/landing-page'
import { installationIn } from '@/domain/settings/installation'
import { lifetimeMinutes } from '@/domain/settings/lifetimes'
import type { Actor, Viewer } from '@/domain/viewer'
import { tellWebhooks } from '@/domain/webhooks/events'
import type { User } from '@/generated/prisma/client'
import { inMinutes } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { choosePassword, self, setPassword } from './password'
import { type Asked, mergeWithRecent } from './recent-mail'
import { type Opened, type Origin, openSession } from './session'
import { displayName, holdAccount, manageableUser, newsOf, readableUser, userSubject } from './user'
import { issueLink, mailToUser, mailToUsers } from './user-mail'

/** Until when a link works that is made now. */
const activationEnd = async (tx: Tx): Promise<Date> =>
  inMinutes(lifetimeMinutes((await installationIn(tx)).activationHours))

/**
 * Mails an activation link to a pending user, unless one has just gone out. A link that lasts is mailed again.
 * @param fresh for an administrator, whose new link takes the place of the old one; `mailId` for the new mail
 */
export async function invite(
  tx: Tx,
  user: User,
  actor: Actor,
  { fresh = false, mailId }: { fresh?: boolean; mailId?: string } = {},
): Promise<Asked> {
  await holdAccount(tx, user)
  const again = fresh ? null : await lastingToken(tx, 'activation', user.id)
  if (await mergeWithRecent(tx, user, actor, 'activation', { again })) return 'merged'
  const token = again ?? (await issueLink(tx, 'activation', user.id, await activationEnd(tx)))
  const parameters = {
    name: displayName(user),
    invitedBy: await addedBy(tx, user),
    expiresAt: token.expiresAt.toISOString(),
  }
  await mailToUser(tx, user, actor, { kind: 'activation', parameters }, { id: mailId, token })
  await record(tx, actor, 'activation.sent', userSubject(user))
  await tellWebhooks(tx, 'user.invited', [newsOf(user)])
  return 'queued'
}

/**
 * Mails their first activation link to users whom the viewer adds in this very transaction, and who are many. A link
 * lasts as long as any, from when its mail is due.
 * @param afterSeconds says for each when it is due
 */
export async function inviteAdded(
  tx: Tx,
  viewer: Viewer,
  users: readonly User[],
  afterSeconds: (index: number) => number,
): Promise<void> {
  const end = (await activationEnd(tx)).getTime()
  const wanted = users.map(({ id: userId }, index) => ({
    userId,
    expiresAt: new Date(end + afterSeconds(index) * 1000),
  }))
  const tokens = await issueTokens(tx, 'activation', wanted)
  const invitedBy = displayName(viewer) || viewer.email
  const mails = tokens.flatMap((token, index) => {
    const user = users[index]
    const expiresAt = token.expiresAt.toISOString()
    const content = user && {
      kind: 'activation' as const,
      parameters: { name: displayName(user), invitedBy, expiresAt },
    }
    return content ? [{ user, content, token, afterSeconds: afterSeconds(index) }] : []
  })
  await mailToUsers(tx, viewer, mails)
  const subjects = users.map(user => ({ subject: userSubject(user) }))
  await recordEach(tx, viewer, 'activation.sent', subjects)
  await tellWebhooks(tx, 'user.invited', users.map(newsOf))
}

/** Who made an account, as a person knows them; null once nobody remembers. Who has a mail sent again did not. */
async function addedBy(tx: Tx, { id }: User): Promise<string | null> {
  const event = await tx.auditEvent.findFirst({ where: { subjectId: id, action: 'user.added' } })
  const maker = event?.actorId && (await tx.user.findUnique({ where: { id: event.actorId } }))
  return (maker && displayName(maker)) || event?.actor || null
}

/** Mails a new link; the one before stops working. @throws Refusal user-not-found, already-active, account-disabled */
export const resendActivation = (viewer: Viewer, userId: string): Promise<Asked> =>
  transaction(async tx => {
    const user = await pendingUser(tx, viewer, userId)
    return invite(tx, user, viewer, { fresh: true })
  })

/**
 * The activation link of a pending user, for an administrator to hand over. A link that was mailed and
 * still works stays the same one.
 * @throws Refusal user-not-found, already-active, account-disabled
 */
export const activationLink = (viewer: Viewer, userId: string): Promise<string> =>
  transaction(async tx => {
    const user = await pendingUser(tx, viewer, userId)
    const live = await liveToken(tx, 'activation', userId)
    const token = live ?? (await issueLink(tx, 'activation', userId, await activationEnd(tx)))
    await record(tx, viewer, 'activation.link-shown', userSubject(user))
    return landingPage('activate', tokenOf(token))
  })

export const readActivation = (token: string) => readToken('activation', token)

/**
 * Sets the first password, makes the account active and signs its owner in.
 * @returns the new session
 * @throws Refusal link-DEAD (used, expired, replaced, withdrawn, unknown); those of `choosePassword`
 */
export async function activate(token: string, password: string, origin: Origin): Promise<Opened> {
  const { live, dead } = await readActivation(token)
  if (dead) throw new Refusal(`link-${dead}`)
  if (!live.user) throw new Refusal('link-unknown')
  const chosen = await choosePassword(password, live.user)
  return transaction(async tx => {
    const { user } = await redeem(tx, 'activation', token)
    if (user?.state !== 'pending') throw new Refusal('link-used')
    await setPassword(tx, user.id, chosen)
    await tx.user.update({ where: { id: user.id }, data: { state: 'active' } })
    const actor = self(user, origin)
    await mailToUser(tx, user, actor, {
      kind: 'account-activated',
      parameters: { name: displayName(user) },
    })
    await record(tx, actor, 'account.activated', userSubject(user))
    await tellWebhooks(tx, 'user.activated', [newsOf({ ...user, state: 'active' })])
    return openSession(tx, user, origin)
  })
}

/** A user who has yet to activate the account. @throws Refusal user-not-found, not-allowed, already-active, account-disabled */
export async function pendingUser(tx: Tx, viewer: Viewer, userId: string): Promise<User> {
  const user = await manageableUser(tx, viewer, userId)
  if (user.state === 'disabled') throw new Refusal('account-disabled')
  if (user.state !== 'pending') throw new Refusal('already-active')
  return user
}

/**
 * Until when a pending user can use a link they hold; null if they hold none.
 * @throws Refusal user-not-found, not-allowed
 */
export async function liveActivation(viewer: Viewer, userId: string): Promise<{ expiresAt: Date } | null> {
  const { id } = await readableUser(db(), viewer, userId)
  return liveToken(db(), 'activation', id)
}
