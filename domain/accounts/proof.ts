// The second factor is changed by whoever has just proved who they are: an open session that somebody finds is not
// enough. The rule: in this session, within the last ten minutes, the password was given and, if the account has a
// second factor, that was shown too. Signing in is such a proof, and it can be given again.
import { recordCounted } from '@/domain/audit/audit'
import { proofMinutes, requireOwnSession, type Viewer } from '@/domain/viewer'
import { inMinutes, now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { admitCodeOf, hasFactor, holdSignIns, takeCode, wrongCode } from './factor'
import { requireCurrentPassword } from './profile'
import { renewSession } from './session'
import { userSubject } from './user'

/** Whether the viewer has just proved who they are. */
export const hasProved = (viewer: Viewer): Promise<boolean> => proved(db(), viewer)

/** @throws Refusal acting-as, prove-yourself */
export async function requireProof(tx: Tx, viewer: Viewer): Promise<void> {
  requireOwnSession(viewer)
  if (!(await proved(tx, viewer))) throw new Refusal('prove-yourself')
}

const proved = async (tx: Tx, viewer: Viewer): Promise<boolean> =>
  (await tx.session.count({
    where: { id: viewer.sessionId, userId: viewer.id, provedAt: { gt: inMinutes(-proofMinutes) } },
  })) > 0

/**
 * Proves anew who the viewer is. The code is looked at only where the account has a second factor. The session may do
 * more from now on, and so gets another opaque id.
 * @returns it, for the cookie
 * @throws Refusal wrong-password, too-many-attempts, wrong-code, too-many-codes
 */
export async function prove(viewer: Viewer, password: string, code: string): Promise<string> {
  await requireCurrentPassword(viewer, password)
  const enough = await transaction(async tx => {
    // A factor that is being added in another session counts already.
    await holdSignIns(tx, viewer.id)
    return (await hasFactor(tx, viewer.id)) ? null : noteProof(tx, viewer)
  })
  if (enough) return enough
  const forget = await admitCodeOf(viewer.email, viewer.address)
  const right = await transaction(async tx => {
    return (await takeCode(tx, viewer.id, code)) ? noteProof(tx, viewer) : null
  })
  if (!right) {
    await transaction(tx => recordCounted(tx, viewer, 'sign-in.factor-failed', userSubject(viewer)))
    throw wrongCode()
  }
  await forget()
  return right
}

/** Notes that a proof was given in the viewer's session. @returns its new opaque id */
export async function noteProof(tx: Tx, viewer: Viewer): Promise<string> {
  await tx.session.updateMany({
    where: { id: viewer.sessionId, userId: viewer.id },
    data: { provedAt: now() },
  })
  return renewSession(tx, viewer)
}

/** What was proved in the viewer's other sessions counts no more: it was proved without a factor that is new. */
export async function forgetOtherProofs(tx: Tx, viewer: Viewer): Promise<void> {
  await tx.session.updateMany({
    where: { userId: viewer.id, id: { not: viewer.sessionId } },
    data: { provedAt: null },
  })
}
