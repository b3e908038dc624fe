// Passkeys (WebAuthn) as a second factor: made for the host of APP_URL, and used only there. Each ceremony signs a
// challenge that is kept here and used once, and asks the person to show themself to their device.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { z } from 'zod'
import { record } from '@/domain/audit/audit'
import { readInstallation } from '@/domain/settings/installation'
import type { Viewer } from '@/domain/viewer'
import type { Factor } from '@/generated/prisma/client'
import { deleteInBatches, type GoOn } from '@/lib/batches'
import { inMinutes, now } from '@/lib/clock'
import { db, isDuplicate, sqlNow, type Tx, transaction } from '@/lib/db'
import { shortDevice } from '@/lib/device'
import { env } from '@/lib/env'
import { hashToken } from '@/lib/keyring'
import { Refusal } from '@/lib/refusal'
import { hasFactor, holdSignIns } from './factor'
import { added, refuseTooManyFactors } from './factor-change'
import { requireProof } from './proof'
import { displayName, userSubject } from './user'

const challengeMinutes = 5

/** What a browser hands over of a passkey, as JSON. What is in it, the verification finds out. */
export const passkeyField = z.string().max(20_000)

/** What a browser needs to make a passkey for the viewer. @throws Refusal prove-yourself, too-many-factors */
export async function newPasskeyOptions(viewer: Viewer) {
  await requireProof(db(), viewer)
  await refuseTooManyFactors(db(), viewer)
  const options = await generateRegistrationOptions({
    rpName: (await readInstallation()).name,
    rpID: relyingParty().id,
    userID: new TextEncoder().encode(viewer.id),
    userName: viewer.email,
    userDisplayName: displayName(viewer) || viewer.email,
    attestationType: 'none',
    excludeCredentials: (await passkeysOf(db(), viewer.id)).map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  await keepChallenge(viewer.sessionId, options.challenge)
  return options
}

/**
 * Adds a passkey that a browser has made; from then on the account is asked for a second factor.
 * @returns recovery codes if it is the first factor, to be shown once
 * @throws Refusal prove-yourself, passkey-refused, passkey-known, too-many-factors
 */
export async function addPasskey(viewer: Viewer, made: string): Promise<string[] | null> {
  await requireProof(db(), viewer)
  const expectedChallenge = await takeChallenge(viewer.sessionId)
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty()
  const { registrationInfo } = await orRefused(() =>
    verifyRegistrationResponse({
      response: JSON.parse(made) as RegistrationResponseJSON,
      ...{ expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true },
    }),
  )
  if (!registrationInfo) throw new Refusal('passkey-refused')
  const { id: credentialId, publicKey, counter, transports } = registrationInfo.credential
  try {
    return await transaction(async tx => {
      await requireProof(tx, viewer)
      await holdSignIns(tx, viewer.id)
      await refuseTooManyFactors(tx, viewer)
      const first = !(await hasFactor(tx, viewer.id))
      await tx.factor.create({
        data: {
          ...{ userId: viewer.id, kind: 'passkey', name: shortDevice(viewer.device ?? '') ?? '' },
          ...{ credentialId, counter, createdAt: now(), confirmedAt: now() },
          publicKey: Buffer.from(publicKey).toString('base64url'),
          transports: transports ?? [],
        },
      })
      await record(tx, viewer, 'factor.passkey-added', userSubject(viewer))
      return added(tx, viewer, 'passkey-added', first)
    })
  } catch (error) {
    throw isDuplicate(error) ? new Refusal('passkey-known') : error
  }
}

/** Whether an account has a passkey, for whoever has given its password. */
export const hasPasskey = async (userId: string): Promise<boolean> =>
  (await passkeysOf(db(), userId)).length > 0

/**
 * What a browser needs to show a passkey.
 * @param passkeys of an account; none where nobody has said whose it is to be: then any that the device knows
 */
export const requestOptions = (passkeys: Factor[]) =>
  generateAuthenticationOptions({
    ...{ rpID: relyingParty().id, userVerification: 'required' },
    allowCredentials: passkeys.map(descriptor),
  })

export type ShownPasskey = { passkey: Factor; counter: number }

/**
 * Looks at what a browser has shown: that it is of this host, signed by a passkey whose owner the device has
 * looked at.
 * @param find the passkey with an id, of those that may be shown @throws Refusal passkey-refused, whatever is wrong
 */
export const verifyShown = (
  shown: string,
  expectedChallenge: string,
  find: (credentialId: string) => Promise<Factor | null | undefined>,
): Promise<ShownPasskey> =>
  orRefused(async () => {
    const response = JSON.parse(shown) as AuthenticationResponseJSON
    const passkey = await find(String(response.id))
    if (!passkey || !isFor(response, passkey)) throw new Refusal('passkey-refused')
    const { id: expectedRPID, origin: expectedOrigin } = relyingParty()
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...{ response, expectedChallenge, expectedOrigin, expectedRPID, requireUserVerification: true },
      credential: {
        ...descriptor(passkey),
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey ?? '', 'base64url')),
        counter: Number(passkey.counter),
      },
    })
    if (!verified) throw new Refusal('passkey-refused')
    return { passkey, counter: authenticationInfo.newCounter }
  })

/** Whether whose it is says the same as we do, if it says so (WebAuthn §7.2, step 6). */
const isFor = ({ response: { userHandle } }: AuthenticationResponseJSON, { userId }: Factor): boolean =>
  !userHandle || Buffer.from(userHandle, 'base64url').toString() === userId

/** Notes that a passkey was used. @returns false where it was at the same moment elsewhere, or is gone */
export async function usePasskey(tx: Tx, { passkey, counter }: ShownPasskey): Promise<boolean> {
  const { count } = await tx.factor.updateMany({
    where: { id: passkey.id, counter: passkey.counter },
    data: { counter, lastUsedAt: now() },
  })
  return count > 0
}

/** Whose passkeys these are: the host that people open, and nothing that a request says. */
function relyingParty(): { id: string; origin: string } {
  const { hostname, origin } = new URL(env().appUrl)
  return { id: hostname, origin }
}

/** The passkeys of an account, for whoever may know of them. */
export const passkeysOf = (tx: Tx, userId: string) =>
  tx.factor.findMany({ where: { userId, kind: 'passkey', confirmedAt: { not: null } } })

/** A passkey by its id as WebAuthn has it, whose ever it is. */
export const passkeyWithId = (credentialId: string) =>
  db().factor.findFirst({ where: { credentialId, kind: 'passkey', confirmedAt: { not: null } } })

const descriptor = ({ credentialId, transports }: Factor) => ({
  id: credentialId ?? '',
  transports: transports as AuthenticatorTransport[],
})

/** What does not verify, in whichever way, is refused. */
const orRefused = <T>(verify: () => Promise<T>): Promise<T> =>
  (async () => verify())().catch(() => {
    throw new Refusal('passkey-refused')
  })

/** Keeps what is to be signed next for a session or a pending sign-in. */
export async function keepChallenge(holderId: string, challenge: string): Promise<void> {
  const kept = { challenge, expiresAt: inMinutes(challengeMinutes) }
  await db().passkeyChallenge.upsert({ where: { holderId }, create: { holderId, ...kept }, update: kept })
}

/** The challenge of a session or a pending sign-in, which is used up with that. @throws Refusal passkey-refused */
export async function takeChallenge(holderId: string): Promise<string> {
  const [row] = await db().$queryRaw<{ challenge: string; expiresAt: Date }[]>`
    DELETE FROM "PasskeyChallenge" WHERE "holderId" = ${holderId}::uuid RETURNING challenge, "expiresAt"`
  if (!row || row.expiresAt <= now()) throw new Refusal('passkey-refused')
  return row.challenge
}

/** Notes that a challenge was answered which was kept elsewhere. @returns false where it was answered before */
export async function useChallenge(tx: Tx, challenge: string, expiresAt: Date): Promise<boolean> {
  const holderId = hashToken(challenge).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5')
  const { count } = await tx.passkeyChallenge.createMany({
    data: [{ holderId, challenge: '', expiresAt }],
    skipDuplicates: true,
  })
  return count > 0
}

/** Deletes challenges that nobody has answered. @returns how many */
export const deleteStaleChallenges = (goOn: GoOn): Promise<number> =>
  deleteInBatches(
    goOn,
    batch => db().$executeRaw`
      DELETE FROM "PasskeyChallenge" WHERE "holderId" IN (
        SELECT "holderId" FROM "PasskeyChallenge" WHERE "expiresAt" <= ${sqlNow()} LIMIT ${batch})`,
  )
