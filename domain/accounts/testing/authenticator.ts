// A device with a passkey for tests: it signs what WebAuthn has it sign (ES256).
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { db } from '@/lib/db'
import { env } from '@/lib/env'

type Lie = {
  origin?: string
  type?: string
  /** Whether it says that it has looked at its owner */
  verified?: boolean
  userHandle?: string
}

/** Gives an account a passkey. @returns what answers a challenge as its device does, or as a bad one would */
export async function withPasskey(viewer: Pick<Viewer, 'id'>) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const bytes = (part: string) => Buffer.from(part, 'base64url')
  // RFC 9052 §7: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
  const cose = Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    bytes(x),
    Buffer.from('225820', 'hex'),
    bytes(y),
  ])
  const credentialId = randomBytes(16).toString('base64url')
  await db().factor.create({
    data: {
      ...{ userId: viewer.id, kind: 'passkey', name: '', credentialId, counter: 0 },
      ...{ publicKey: cose.toString('base64url'), createdAt: now(), confirmedAt: now() },
    },
  })
  let counter = 0
  return (challenge: string, lie: Lie = {}): string => {
    const { hostname, origin } = new URL(env().appUrl)
    const { type = 'webauthn.get', verified = true, userHandle = viewer.id } = lie
    const clientData = Buffer.from(
      JSON.stringify({ type, challenge, origin: lie.origin ?? origin, crossOrigin: false }),
    )
    const counted = Buffer.alloc(4)
    counted.writeUInt32BE(++counter)
    const flags = Buffer.from([verified ? 0x05 : 0x01])
    const data = Buffer.concat([createHash('sha256').update(hostname).digest(), flags, counted])
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
    return JSON.stringify({
      ...{ id: credentialId, rawId: credentialId, type: 'public-key', clientExtensionResults: {} },
      response: {
        authenticatorData: data.toString('base64url'),
        clientDataJSON: clientData.toString('base64url'),
        signature: sign('sha256', signed, privateKey).toString('base64url'),
        userHandle: Buffer.from(userHandle).toString('base64url'),
      },
    })
  }
}
