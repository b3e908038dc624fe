// A passkey proves who somebody is without the password: the device has looked at its owner, and it is theirs.
import { recordCounted } from '@/domain/audit/audit'
import { requireOwnSession, type Viewer } from '@/domain/viewer'
import { db, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { keepChallenge, passkeysOf, requestOptions, takeChallenge, usePasskey, verifyShown } from './passkey'
import { noteProof } from './proof'
import { userSubject } from './user'

/** What a browser needs to show one of the viewer's passkeys. @throws Refusal acting-as, no-factor */
export async function proofOptions(viewer: Viewer) {
  requireOwnSession(viewer)
  const passkeys = await passkeysOf(db(), viewer.id)
  if (passkeys.length === 0) throw new Refusal('no-factor')
  const options = await requestOptions(passkeys)
  await keepChallenge(viewer.sessionId, options.challenge)
  return options
}

/**
 * Proves anew who the viewer is, as `prove` does.
 * @returns the new opaque id of their session @throws Refusal acting-as, no-factor, passkey-refused
 */
export async function proveWithPasskey(viewer: Viewer, shown: string): Promise<string> {
  requireOwnSession(viewer)
  const passkeys = await passkeysOf(db(), viewer.id)
  if (passkeys.length === 0) throw new Refusal('no-factor')
  try {
    const verified = await verifyShown(shown, await takeChallenge(viewer.sessionId), async id =>
      passkeys.find(one => one.credentialId === id),
    )
    const renewed = await transaction(async tx =>
      (await usePasskey(tx, verified)) ? noteProof(tx, viewer) : null,
    )
    if (renewed) return renewed
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
  await transaction(tx => recordCounted(tx, viewer, 'sign-in.factor-failed', userSubject(viewer)))
  throw new Refusal('passkey-refused')
}
