// Signing in with a passkey after the password.
import { db } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { keepChallenge, passkeysOf, requestOptions, takeChallenge, usePasskey, verifyShown } from './passkey'
import { finish, readPendingSignIn } from './pending-sign-in'
import type { Origin } from './session'

/** What a browser needs to show a passkey after the right password. @throws Refusal sign-in-again, no-factor */
export async function passkeyOptions(pendingToken: string) {
  const pending = await readPendingSignIn(pendingToken)
  if (!pending) throw new Refusal('sign-in-again')
  const passkeys = await passkeysOf(db(), pending.user.id)
  if (passkeys.length === 0) throw new Refusal('no-factor')
  const options = await requestOptions(passkeys)
  await keepChallenge(pending.id, options.challenge)
  return options
}

/**
 * Signs in whoever shows a passkey after the password.
 * @returns the opaque id of the new session @throws Refusal sign-in-again, passkey-refused
 */
export async function signInWithPasskey(
  pendingToken: string,
  shown: string,
  origin: Origin,
): Promise<string> {
  const pending = await readPendingSignIn(pendingToken)
  if (!pending) throw new Refusal('sign-in-again')
  const passkeys = await passkeysOf(db(), pending.user.id)
  const verified = await verifyShown(shown, await takeChallenge(pending.id), async id =>
    passkeys.find(one => one.credentialId === id),
  )
  const session = await finish(pendingToken, pending.user, origin, async tx =>
    (await usePasskey(tx, verified)) ? 'passkey' : null,
  )
  if (!session) throw new Refusal('passkey-refused')
  return session
}
