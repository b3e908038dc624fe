// A sign-in whose password has to be changed first: it opens a session with the new one, and not before.
import { record } from '@/domain/audit/audit'
import { transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { clearAttempts } from './attempts'
import { choosePassword, self, setPassword } from './password'
import { passwordDue } from './password-due'
import { tellPasswordChanged } from './password-reset'
import { holdPending, readPendingSignIn } from './pending-sign-in'
import { endSessions, type Opened, type Origin, openSession } from './session'
import { userSubject } from './user'
import { withdrawLinks } from './user-mail'

/**
 * Sets the new password of whoever has given the present one, and a second factor where there is one, and signs them
 * in. Their other sessions end.
 * @returns the new session @throws Refusal sign-in-again; those of `choosePassword`
 */
export async function signInWithNewPassword(
  token: string,
  password: string,
  origin: Origin,
): Promise<Opened> {
  const pending = await readPendingSignIn(token)
  if (pending?.wants !== 'new-password') throw new Refusal('sign-in-again')
  // The one that has to be changed is no new one, whatever the rules say.
  const chosen = await choosePassword(password, pending.user, { unlike: 1 })
  return transaction(async tx => {
    const { factorShown, user } = await holdPending(tx, token, pending.user)
    const actor = self(user, origin)
    await setPassword(tx, user.id, chosen)
    // The rules were raised while it was looked at.
    if (await passwordDue(tx, user)) throw new Refusal('sign-in-again')
    await endSessions(tx, user.id)
    await withdrawLinks(tx, { purpose: 'password-reset', userId: user.id })
    await tellPasswordChanged(tx, user, actor)
    await record(tx, actor, 'password.changed', userSubject(user))
    await clearAttempts(tx, user.emailKey)
    const session = await openSession(tx, user, origin, { factorShown: factorShown !== null })
    await record(tx, actor, 'sign-in.succeeded', userSubject(user), {
      after: factorShown === null ? undefined : { factor: factorShown },
    })
    return session
  })
}
