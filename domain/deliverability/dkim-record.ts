// The DNS record of a DKIM key (RFC 6376 §3.6.1, RFC 8463 §4.2): written, and compared with what DNS holds.
import { createPublicKey } from 'node:crypto'
import type { DkimKey } from '@/generated/prisma/client'
import type { Dns } from '@/lib/dns'
import { type DnsRecord, tagsOf, txt } from './finding'

export type PublicKey = Pick<DkimKey, 'domain' | 'selector' | 'algorithm' | 'publicKey'>

export const dkimName = ({ domain, selector }: Pick<PublicKey, 'domain' | 'selector'>) =>
  `${selector}._domainkey.${domain}`

/** The record to publish for a key. */
export const dkimRecord = (key: PublicKey): DnsRecord =>
  txt(dkimName(key), `v=DKIM1; k=${keyType(key)}; p=${key.publicKey}`)

const keyType = ({ algorithm }: Pick<PublicKey, 'algorithm'>) => algorithm.split('-')[0]!

/** A value in the quoted strings that a zone file wants: none holds more than 255 bytes (RFC 1035 §3.3). */
export const quotedStrings = (value: string): string[] =>
  value.match(/.{1,255}/gs)?.map(part => `"${part.replace(/["\\]/g, '\\$&')}"`) ?? []

export type Seen = { state: 'matches' | 'differs' | 'malformed' | 'missing'; found: string[] }

/**
 * What DNS holds in place of our record.
 * @throws NoAnswer
 */
export async function lookUpKey(dns: Dns, key: PublicKey): Promise<Seen> {
  const found = await dns.txt(dkimName(key))
  // With several records a verifier takes any one of them (§3.6.2.2).
  const states = found.map(record => compare(record, key))
  const state = states.find(one => one !== 'matches') ?? states[0] ?? 'missing'
  return { state, found }
}

function compare(record: string, key: PublicKey): Seen['state'] {
  const tags = tagsOf(record)
  const published = tags.get('p')?.replace(/\s/g, '') ?? ''
  const type = tags.get('k')?.toLowerCase() ?? 'rsa'
  if ((tags.get('v') ?? 'DKIM1').toUpperCase() !== 'DKIM1' || !isKey(type, published)) return 'malformed'
  return published === key.publicKey && type === keyType(key) ? 'matches' : 'differs'
}

/** Whether a verifier can make a key of it. An empty one is a revoked one (§3.6.1). */
function isKey(type: string, encoded: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return false
  const bytes = Buffer.from(encoded, 'base64')
  if (type === 'ed25519') return bytes.length === 32
  try {
    return (
      type === 'rsa' &&
      createPublicKey({ key: bytes, format: 'der', type: 'spki' }).asymmetricKeyType === 'rsa'
    )
  } catch {
    return false
  }
}
