// An account that waits for a mail which can never come, because its address was mistyped.
import { v7 as uuid } from 'uuid'
import { record } from '@/domain/audit/audit'
import { requireEmailDomain } from '@/domain/settings/email-domain-rules'
import { requireOwnSession, type Viewer } from '@/domain/viewer'
import { isDuplicate, rowId, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { invite, pendingUser } from './activation'
import { admitNewUser } from './attempts'
import { emailKey } from './email-address'
import { holdAccount, userSubject } from './user'
import { noteTakenAddress } from './users'

/**
 * Gives a pending user another address and mails a new activation link there. The old link, which may lie in
 * somebody else's mailbox, stops working with it. An address that is taken is answered as where users are added.
 * @returns the id of the new mail
 * @throws Refusal user-not-found, not-allowed, already-active, account-disabled, address-unchanged, email-taken,
 * domain-not-allowed, domain-blocked, domain-disposable,
 * too-many-attempts
 */
export async function correctAddress(viewer: Viewer, userId: string, email: string): Promise<string> {
  requireOwnSession(viewer)
  const limited = viewer.role === 'tenant_administrator'
  if (limited) await admitNewUser(viewer.id)
  const mailId = uuid()
  try {
    await transaction(async tx => {
      // Whoever activates the account in this very moment does so before, or not at all.
      await holdAccount(tx, { id: rowId(userId) })
      const user = await pendingUser(tx, viewer, userId)
      if (user.email === email) throw new Refusal('address-unchanged', { field: 'email' })
      await requireEmailDomain(tx, email)
      const data = { email, emailKey: emailKey(email) }
      const corrected = await tx.user.update({ where: { id: user.id }, data })
      const change = { before: { email: user.email }, after: { email } }
      await record(tx, viewer, 'user.address-corrected', userSubject(corrected), change)
      await invite(tx, corrected, viewer, { fresh: true, mailId })
    })
  } catch (error) {
    if (!isDuplicate(error)) throw error
    if (limited) await noteTakenAddress(viewer, email)
    throw new Refusal('email-taken', { field: 'email' })
  }
  return mailId
}
