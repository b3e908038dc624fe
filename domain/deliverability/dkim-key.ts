// One DKIM key: made, sealed, and proven before it is kept.
import { createPrivateKey, createPublicKey, generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { now } from '@/lib/clock'
import { keyring } from '@/lib/keyring'
import { dkimRecord, type PublicKey } from './dkim-record'
import { place, type SigningKey, sign } from './signing'

export const algorithms = ['rsa-sha256', 'ed25519-sha256'] as const

const makePair = promisify(generateKeyPair)

/** A fresh key as its row, its private half sealed; it has signed a mail that verifies. */
export async function makeKey(domain: string, name: string, algorithm: (typeof algorithms)[number]) {
  const rsa = algorithm === 'rsa-sha256'
  const pem = { format: 'pem', type: 'pkcs8' } as const
  const { privateKey } = rsa
    ? await makePair('rsa', {
        modulusLength: 2048,
        privateKeyEncoding: pem,
        publicKeyEncoding: { format: 'pem', type: 'spki' },
      })
    : await makePair('ed25519', {
        privateKeyEncoding: pem,
        publicKeyEncoding: { format: 'pem', type: 'spki' },
      })
  const id = randomUUID()
  const spki = createPublicKey(createPrivateKey(privateKey)).export({ format: 'der', type: 'spki' })
  const key = {
    id,
    domain,
    selector: `${name}-${rsa ? 'rsa' : 'ed25519'}`,
    algorithm,
    // Of an Ed25519 key the record holds the bare 32 bytes, without the ASN.1 around them (RFC 8463 §4.2).
    publicKey: (rsa ? spki : spki.subarray(-32)).toString('base64'),
    sealedPrivateKey: keyring().seal(privateKey, place(id)),
    createdAt: now(),
  }
  await prove({ ...key, privateKey: createPrivateKey(privateKey) })
  return key
}

/** Signs a mail with a new key and has it verified, so that a key that cannot is found now and not by a mail. */
async function prove(key: SigningKey & PublicKey): Promise<void> {
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js')
  const mail = Buffer.from(`From: postmaster@${key.domain}\r\nSubject: Proof\r\n\r\nProof\r\n`)
  const resolver = async () => [[dkimRecord(key).value]]
  const { results } = await dkimVerify(await sign(mail, [key]), { resolver })
  if (results[0]?.status.result !== 'pass') throw new Error(`A new ${key.algorithm} key does not verify.`)
}
