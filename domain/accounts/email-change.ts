import { record } from '@/domain/audit/audit'
import { lastingToken, liveToken, readToken, redeem } from '@/domain/links/link-token'
import { requireEmailDomain } from '@/domain/settings/email-domain-rules'
import {
  type Actor,
  nobody,
  requireAdministrator,
  requireAnother,
  requireOwnSession,
  type Viewer,
} from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, isDuplicate, rowId, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { invite } from './activation'
import { admitNewEmail, admitNewUser } from './attempts'
import { emailKey } from './email-address'
import { requireActive } from './password-reset'
import { requireCurrentPassword } from './profile'
import { mergeWithRecent } from './recent-mail'
import { endSessions } from './session'
import { displayName, holdAccount, manageableUser, readableUser, userSubject } from './user'
import { issueLink, mailToUser, withdrawLinks } from './user-mail'
import { noteTakenAddress } from './users'

const confirmationMinutes = 24 * 60

/**
 * Mails a confirmation link to the new address. The old one stays valid until it is confirmed. An address that
 * somebody has is answered in the same way: they are told by mail, and nobody else is.
 * @throws Refusal wrong-password, email-unchanged, domain-not-allowed, domain-blocked, domain-disposable,
 * too-many-attempts
 */
export async function requestEmailChange(
  viewer: Viewer,
  newEmail: string,
  currentPassword: string,
): Promise<void> {
  await requireCurrentPassword(viewer, currentPassword)
  if (newEmail === viewer.email) throw new Refusal('email-unchanged', { field: 'newEmail' })
  await requireEmailDomain(db(), newEmail, 'newEmail')
  const key = emailKey(newEmail)
  await admitNewEmail(viewer.id, key)
  await transaction(async tx => {
    await holdAccount(tx, viewer)
    await askToConfirm(tx, viewer, viewer, newEmail)
  })
}

/**
 * The same for an administrator, who finds out where users are added as well that an address is taken. The user
 * confirms it, signed in and with the link that goes to the new address; until then nothing changes.
 * @throws Refusal user-not-found, not-allowed, not-yourself, not-active, account-disabled, email-unchanged,
 * domain-not-allowed, domain-blocked, domain-disposable, email-taken, too-many-attempts
 */
export async function requestEmailChangeOf(viewer: Viewer, userId: string, newEmail: string): Promise<void> {
  requireAdministrator(viewer)
  requireOwnSession(viewer)
  requireAnother(viewer, userId)
  const limited = viewer.role === 'tenant_administrator'
  requireActive(await manageableUser(db(), viewer, userId))
  await requireEmailDomain(db(), newEmail, 'newEmail')
  if (limited) await admitNewUser(viewer.id)
  const key = emailKey(newEmail)
  const taken = await db().user.count({ where: { emailKey: key, id: { not: rowId(userId) } } })
  if (taken > 0) {
    if (limited) await noteTakenAddress(viewer, newEmail)
    throw new Refusal('email-taken', { field: 'newEmail' })
  }
  await admitNewEmail(viewer.id, key)
  await transaction(async tx => {
    await holdAccount(tx, { id: rowId(userId) })
    const user = await manageableUser(tx, viewer, userId)
    requireActive(user)
    if (newEmail === user.email) throw new Refusal('email-unchanged', { field: 'newEmail' })
    await askToConfirm(tx, user, viewer, newEmail)
  })
}

type Owner = Parameters<typeof mailToUser>[1] & Pick<User, 'firstName' | 'lastName'>

async function askToConfirm(tx: Tx, user: Owner, actor: Actor, newEmail: string): Promise<void> {
  const lasting = await lastingToken(tx, 'email-change', user.id)
  const again = lasting?.newEmail === newEmail ? lasting : null
  const asked = { again, to: newEmail }
  if (await mergeWithRecent(tx, user, actor, 'confirm-new-email', asked)) return
  const token =
    again ?? (await issueLink(tx, 'email-change', user.id, inMinutes(confirmationMinutes), newEmail))
  const owner = await tx.user.findFirst({ where: { emailKey: emailKey(newEmail), id: { not: user.id } } })
  if (owner) await tellAddressWanted(tx, owner)
  else {
    const parameters = { name: displayName(user), newEmail, expiresAt: token.expiresAt.toISOString() }
    await mailToUser(tx, user, actor, { kind: 'confirm-new-email', parameters }, { token, to: newEmail })
  }
  await record(tx, actor, 'email-change.requested', userSubject(user), { after: { email: newEmail } })
}

/** Who it was they are not told, for they may be of another tenant. */
const tellAddressWanted = (tx: Tx, owner: User) =>
  mailToUser(tx, owner, nobody(''), {
    kind: 'email-taken',
    parameters: { name: displayName(owner), askedAt: now().toISOString() },
  })

export type PendingEmail = { newEmail: string; expiresAt: Date }

/** The address that still waits to be confirmed, or null. */
export const pendingEmailChange = (viewer: Viewer): Promise<PendingEmail | null> => pendingEmail(viewer.id)

/** That of a user. @throws Refusal user-not-found, not-allowed */
export const pendingEmailChangeOf = async (viewer: Viewer, userId: string): Promise<PendingEmail | null> =>
  pendingEmail((await readableUser(db(), viewer, userId)).id)

async function pendingEmail(userId: string): Promise<PendingEmail | null> {
  const token = await liveToken(db(), 'email-change', userId)
  return token?.newEmail ? { newEmail: token.newEmail, expiresAt: token.expiresAt } : null
}

/** Gives up an unconfirmed change. @throws Refusal acting-as */
export const cancelEmailChange = (viewer: Viewer) =>
  transaction(async tx => {
    requireOwnSession(viewer)
    await withdrawLinks(tx, { purpose: 'email-change', userId: viewer.id })
    await record(tx, viewer, 'email-change.cancelled', userSubject(viewer))
  })

export const readEmailChange = (token: string) => readToken('email-change', token)

/**
 * Makes the new address the viewer's. The link alone is not enough: a mail scanner that presses the
 * button has no session of this user.
 * @throws Refusal link-DEAD (used, expired, replaced, withdrawn, unknown), link-of-another, email-taken, acting-as
 */
export async function confirmEmailChange(viewer: Viewer, token: string): Promise<void> {
  requireOwnSession(viewer)
  const { live, dead } = await readEmailChange(token)
  if (dead) throw new Refusal(`link-${dead}`)
  if (live.userId !== viewer.id) throw new Refusal('link-of-another')
  try {
    await transaction(async tx => {
      const { user, newEmail } = await redeem(tx, 'email-change', token)
      if (!user || !newEmail) throw new Refusal('link-unknown')
      // A reset link that lies in the old mailbox must not open the account any more.
      await withdrawLinks(tx, { purpose: 'password-reset', userId: user.id })
      await withdrawLinks(tx, { purpose: 'not-me', userId: user.id })
      await changeAddress(tx, user, newEmail, viewer, 'email-change.confirmed')
    })
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('email-taken')
    throw error
  }
}

/** Makes an address that of an account, and tells the old one, unless that has never been proved to be theirs. */
async function changeAddress(
  tx: Tx,
  user: User,
  newEmail: string,
  actor: Actor,
  action: 'email-change.confirmed' | 'user.address-corrected',
): Promise<User> {
  const data = { email: newEmail, emailKey: emailKey(newEmail) }
  const changed = await tx.user.update({ where: { id: user.id }, data })
  const moment = now().toISOString()
  const parameters = { name: displayName(user), oldEmail: user.email, newEmail, changedAt: moment }
  if (user.state !== 'pending') await mailToUser(tx, user, actor, { kind: 'email-changed', parameters })
  const change = { before: { email: user.email }, after: { email: newEmail } }
  await record(tx, actor, action, userSubject(changed), change)
  return changed
}

/**
 * Gives an account another address at once, for an administrator at the machine: when the mailbox is gone, nobody can
 * confirm anything in it. Sessions and links end, for whoever had the old mailbox may have them; who is still
 * pending is invited anew.
 * @throws Refusal user-not-found, address-unchanged, email-taken
 */
export async function setAddress(email: string, newEmail: string, actor: Actor): Promise<void> {
  try {
    await transaction(async tx => {
      const user = await tx.user.findUnique({ where: { emailKey: emailKey(email) } })
      if (!user) throw new Refusal('user-not-found')
      if (newEmail === user.email) throw new Refusal('address-unchanged')
      await holdAccount(tx, user)
      await endSessions(tx, user.id)
      await withdrawLinks(tx, { userId: user.id })
      const changed = await changeAddress(tx, user, newEmail, actor, 'user.address-corrected')
      if (changed.state === 'pending') await invite(tx, changed, actor, { fresh: true })
    })
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('email-taken')
    throw error
  }
}
