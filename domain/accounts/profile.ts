import { record, recordCounted } from '@/domain/audit/audit'
import { requireOwnSession, type Viewer } from '@/domain/viewer'
import { db, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { admitInSession, clearAttempts } from './attempts'
import { emailKey } from './email-address'
import { choosePassword, passwordMatches, refuseWeak, setPassword } from './password'
import { tellPasswordChanged } from './password-reset'
import { endSessions, renewSession } from './session'
import { userSubject } from './user'
import { withdrawLinks } from './user-mail'

/** Name and language. */
export const updateProfile = (
  viewer: Viewer,
  profile: { firstName: string; lastName: string; locale: string },
) =>
  transaction(async tx => {
    await tx.user.update({ where: { id: viewer.id }, data: profile })
    const { firstName, lastName, locale } = viewer
    await record(tx, viewer, 'profile.changed', userSubject(viewer), {
      before: { firstName, lastName, locale },
      after: profile,
    })
  })

/**
 * Changes the password and ends the viewer's other sessions. This one gets a new opaque id.
 * @returns it, for the cookie
 * @throws Refusal wrong-password, too-many-attempts, acting-as; those of `choosePassword`
 */
export async function changePassword(
  viewer: Viewer,
  currentPassword: string,
  newPassword: string,
): Promise<string> {
  requireOwnSession(viewer)
  await refuseWeak(newPassword, viewer, 'newPassword')
  await requireCurrentPassword(viewer, currentPassword)
  const chosen = await choosePassword(newPassword, viewer, { field: 'newPassword' })
  return transaction(async tx => {
    await setPassword(tx, viewer.id, chosen)
    await endSessions(tx, viewer.id, viewer.sessionId)
    await withdrawLinks(tx, { purpose: 'password-reset', userId: viewer.id })
    await tellPasswordChanged(tx, await tx.user.findUniqueOrThrow({ where: { id: viewer.id } }), viewer)
    await record(tx, viewer, 'password.changed', userSubject(viewer))
    await clearAttempts(tx, emailKey(viewer.email))
    return renewSession(tx, viewer)
  })
}

/**
 * Whoever finds an open session must not take the account over with it.
 * @throws Refusal acting-as, wrong-password, too-many-attempts
 */
export async function requireCurrentPassword(viewer: Viewer, password: string): Promise<void> {
  requireOwnSession(viewer)
  const passed = await admitInSession(viewer)
  const credential = await db().credential.findUnique({ where: { userId: viewer.id } })
  if (!(await passwordMatches(credential?.hash, password))) {
    await transaction(tx => recordCounted(tx, viewer, 'password.wrong', userSubject(viewer)))
    throw new Refusal('wrong-password', { field: 'currentPassword' })
  }
  await passed()
}
