// An administrator sees what a user sees, by signing in as them. It is off unless the installation allows it, goes
// only downwards, lasts an hour at most and no longer than the administrator's own session, and touches nothing that
// decides who gets into an account (`requireOwnSession`).
import { v7 as uuid } from 'uuid'
import { record } from '@/domain/audit/audit'
import { installationIn } from '@/domain/settings/installation'
import { mayActAs, requireAdministrator, requireOwnSession, type Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { hashToken, randomToken } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { requireActive } from './password-reset'
import { requireProof } from './proof'
import { holdAccount, readableUser, userSubject } from './user'

export const actingMinutes = 60

/**
 * Opens a session as a user, beside the viewer's own. The user is not told; the audit is.
 * @returns the opaque id for a cookie of its own
 * @throws Refusal not-allowed, acting-as, acting-off, user-not-found, not-active, account-disabled, prove-yourself
 */
export const signInAs = (viewer: Viewer, userId: string): Promise<string> =>
  transaction(async tx => {
    // Whoever changes what the user may do at this instant ends this session with the others, or is waited for.
    await holdAccount(tx, { id: rowId(userId) })
    const user = await actableUser(tx, viewer, userId)
    requireActive(user)
    await requireProof(tx, viewer)
    const token = randomToken()
    await tx.session.create({
      data: {
        ...{ id: uuid(), tokenHash: hashToken(token), userId: user.id, actorSessionId: viewer.sessionId },
        ...{ address: viewer.address, device: viewer.device ?? '' },
        ...{ createdAt: now(), lastSeenAt: now(), expiresAt: inMinutes(actingMinutes) },
      },
    })
    await record(tx, viewer, 'sign-in-as.begun', userSubject(user))
    return token
  })

/** Ends the session in which somebody is signed in as the viewer. */
export const endSignInAs = (viewer: Viewer): Promise<void> =>
  transaction(async tx => {
    const { count } = await tx.session.updateMany({
      where: { id: viewer.sessionId, actorSessionId: { not: null }, revokedAt: null },
      data: { revokedAt: now() },
    })
    if (count > 0) await record(tx, viewer, 'sign-in-as.ended', userSubject(viewer))
  })

/** Whether the viewer may sign in as a user now, but for a fresh proof of who they are. */
export async function canSignInAs(viewer: Viewer, userId: string): Promise<boolean> {
  try {
    return (await actableUser(db(), viewer, userId)).state === 'active'
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}

async function actableUser(tx: Tx, viewer: Viewer, userId: string): Promise<User> {
  requireAdministrator(viewer)
  requireOwnSession(viewer)
  if ((await installationIn(tx)).signInAs !== 'on') throw new Refusal('acting-off')
  const user = await readableUser(tx, viewer, userId)
  if (!mayActAs(viewer, user)) throw new Refusal('not-allowed')
  return user
}
