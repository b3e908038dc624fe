import { record } from '@/domain/audit/audit'
import { lastingToken, liveToken, readToken, redeem } from '@/domain/links/link-token'
import { nobody, type Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, isDuplicate, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { admitNewEmail } from './attempts'
import { emailKey } from './email-address'
import { requireCurrentPassword } from './profile'
import { mergeWithRecent } from './recent-mail'
import { displayName, holdAccount, userSubject } from './user'
import { issueLink, mailToUser, withdrawLinks } from './user-mail'

const confirmationMinutes = 24 * 60

/**
 * Mails a confirmation link to the new address. The old one stays valid until it is confirmed. An address that
 * somebody has is answered in the same way: they are told by mail, and nobody else is.
 * @throws Refusal wrong-password, email-unchanged, too-many-attempts
 */
export async function requestEmailChange(
  viewer: Viewer,
  newEmail: string,
  currentPassword: string,
): Promise<void> {
  await requireCurrentPassword(viewer, currentPassword)
  if (newEmail === viewer.email) throw new Refusal('email-unchanged', { field: 'newEmail' })
  const key = emailKey(newEmail)
  await admitNewEmail(viewer.id, key)
  await transaction(async tx => {
    await holdAccount(tx, viewer)
    const lasting = await lastingToken(tx, 'email-change', viewer.id)
    const again = lasting?.newEmail === newEmail ? lasting : null
    const asked = { again, to: newEmail }
    if (await mergeWithRecent(tx, viewer, viewer, 'confirm-new-email', asked)) return
    const token =
      again ?? (await issueLink(tx, 'email-change', viewer.id, inMinutes(confirmationMinutes), newEmail))
    const owner = await tx.user.findFirst({ where: { emailKey: key, id: { not: viewer.id } } })
    if (owner) await tellAddressWanted(tx, owner)
    else {
      const parameters = {
        name: displayName(viewer),
        newEmail,
        expiresAt: token.expiresAt.toISOString(),
      }
      await mailToUser(tx, viewer, viewer, { kind: 'confirm-new-email', parameters }, { token, to: newEmail })
    }
    await record(tx, viewer, 'email-change.requested', userSubject(viewer), { after: { email: newEmail } })
  })
}

/** Who it was they are not told, for they may be of another tenant. */
const tellAddressWanted = (tx: Tx, owner: User) =>
  mailToUser(tx, owner, nobody(''), {
    kind: 'email-taken',
    parameters: { name: displayName(owner), askedAt: now().toISOString() },
  })

/** The address that still waits to be confirmed, or null. */
export async function pendingEmailChange(
  viewer: Viewer,
): Promise<{ newEmail: string; expiresAt: Date } | null> {
  const token = await liveToken(db(), 'email-change', viewer.id)
  return token?.newEmail ? { newEmail: token.newEmail, expiresAt: token.expiresAt } : null
}

/** Gives up an unconfirmed change. */
export const cancelEmailChange = (viewer: Viewer) =>
  transaction(async tx => {
    await withdrawLinks(tx, { purpose: 'email-change', userId: viewer.id })
    await record(tx, viewer, 'email-change.cancelled', userSubject(viewer))
  })

export const readEmailChange = (token: string) => readToken('email-change', token)

/**
 * Makes the new address the viewer's. The link alone is not enough: a mail scanner that presses the
 * button has no session of this user.
 * @throws Refusal link-DEAD (used, expired, replaced, withdrawn, unknown), link-of-another, email-taken
 */
export async function confirmEmailChange(viewer: Viewer, token: string): Promise<void> {
  const { live, dead } = await readEmailChange(token)
  if (dead) throw new Refusal(`link-${dead}`)
  if (live.userId !== viewer.id) throw new Refusal('link-of-another')
  try {
    await transaction(async tx => {
      const { user, newEmail } = await redeem(tx, 'email-change', token)
      if (!user || !newEmail) throw new Refusal('link-unknown')
      await tx.user.update({
        where: { id: user.id },
        data: { email: newEmail, emailKey: emailKey(newEmail) },
      })
      // A reset link that lies in the old mailbox must not open the account any more.
      await withdrawLinks(tx, { purpose: 'password-reset', userId: user.id })
      await mailToUser(tx, user, viewer, {
        kind: 'email-changed',
        parameters: {
          name: displayName(user),
          oldEmail: user.email,
          newEmail,
          changedAt: now().toISOString(),
        },
      })
      const change = { before: { email: user.email }, after: { email: newEmail } }
      await record(tx, viewer, 'email-change.confirmed', userSubject({ ...user, email: newEmail }), change)
    })
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('email-taken')
    throw error
  }
}
