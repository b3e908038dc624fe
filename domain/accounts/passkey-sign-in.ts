// Signing in with a passkey: after the password, or in its place. The device has looked at its owner, so a passkey is
// two factors by itself: something one has, and a finger, a face or a PIN.
import { z } from 'zod'
import { record, recordCounted } from '@/domain/audit/audit'
import type { User } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { KeyringError, keyring } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { admitPasskey } from './attempts'
import { holdSignIns } from './factor'
import {
  keepChallenge,
  passkeysOf,
  passkeyWithId,
  requestOptions,
  type ShownPasskey,
  takeChallenge,
  useChallenge,
  usePasskey,
  verifyShown,
} from './passkey'
import { self } from './password'
import { finish, readPendingSignIn } from './pending-sign-in'
import { type Opened, type Origin, openSession } from './session'
import { tellNewDevice } from './sign-in-news'
import { userSubject } from './user'

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
 * @returns the new session @throws Refusal sign-in-again, passkey-refused
 */
export async function signInWithPasskey(
  pendingToken: string,
  shown: string,
  origin: Origin,
): Promise<Opened> {
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

/** For so long a browser may take to show a passkey at the sign-in page, before it asks for another challenge. */
export const passkeyMinutes = 10
const challengePlace = 'passkey-sign-in'
const Challenge = z.object({ challenge: z.string(), expiresAt: z.coerce.date() })

/**
 * What a browser needs to show a passkey in the place of a password: it says nothing of any account, and nothing is
 * kept of it here, as anybody may ask for it as often as they like.
 * @returns `sealed` for a cookie, which has to come back with the answer
 */
export async function passkeyQuestion() {
  const options = await requestOptions([])
  const kept = { challenge: options.challenge, expiresAt: inMinutes(passkeyMinutes) }
  return { options, sealed: keyring().seal(JSON.stringify(kept), challengePlace) }
}

/**
 * Signs in whoever shows a passkey, without the password, which may wait to be changed. An unknown passkey, and that of
 * an account that is disabled, get the same answer.
 * @param sealed of `passkeyQuestion`: it is answered once
 * @returns the new session @throws Refusal passkey-refused; too-many-attempts with `minutes` to wait
 */
export async function signInByPasskey(sealed: string, shown: string, origin: Origin): Promise<Opened> {
  const takeBack = await admitPasskey(origin.address)
  const fail = async (user?: User) => {
    const { address, device } = origin
    const actor = user ? self(user, origin) : { id: null, email: null, address, device }
    await transaction(tx => recordCounted(tx, actor, 'sign-in.failed', user ? userSubject(user) : null))
    return new Refusal('passkey-refused')
  }
  const asked = openChallenge(sealed)
  if (!asked) throw await fail()
  const verified = await verifyShown(shown, asked.challenge, passkeyWithId).catch(() => null)
  if (!verified) throw await fail()
  const session = await transaction(async tx => {
    const { userId } = verified.passkey
    await holdSignIns(tx, userId)
    const user = await tx.user.findUnique({ where: { id: userId, state: 'active' } })
    const taken =
      user && (await useChallenge(tx, asked.challenge, asked.expiresAt)) && (await usePasskey(tx, verified))
    if (!taken) return null
    await takeBack(tx)
    await tellNewDevice(tx, user, origin)
    const session = await openSession(tx, user, origin, { factorShown: true, byPassword: false })
    const after = { factor: 'passkey' }
    await record(tx, self(user, origin), 'sign-in.succeeded', userSubject(user), { after })
    return session
  })
  if (!session) throw await fail(await ownerOf(verified))
  return session
}

const ownerOf = async ({ passkey }: ShownPasskey): Promise<User | undefined> =>
  (await db().user.findUnique({ where: { id: passkey.userId } })) ?? undefined

/** What was asked, if that was lately and by us. */
function openChallenge(sealed: string) {
  try {
    const { data } = Challenge.safeParse(JSON.parse(keyring().open(sealed, challengePlace)))
    return data && data.expiresAt > now() ? data : null
  } catch (error) {
    if (error instanceof KeyringError || error instanceof SyntaxError) return null
    throw error
  }
}
