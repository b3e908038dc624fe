// A bundle of certificates in PEM that an administrator wants to trust.
import { X509Certificate } from 'node:crypto'

export type TrustedCaRefusal = 'ca-private-key' | 'ca-not-pem' | 'ca-unreadable' | 'ca-too-many'

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g
const most = 20

/** The certificates of the bundle, one after another and nothing else; or why it is refused. */
export function readTrustedCa(text: string): { pem: string } | TrustedCaRefusal {
  // Said first and even if the rest is fine: a private key must not be stored where everybody may read it.
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) return 'ca-private-key'
  const blocks = [...text.matchAll(block)]
  if (blocks.length === 0) return 'ca-not-pem'
  if (blocks.length > most) return 'ca-too-many'
  try {
    const pems = blocks.map(([pem, kind]) => {
      if (kind !== 'CERTIFICATE' && kind !== 'TRUSTED CERTIFICATE') throw new Error('not a certificate')
      return new X509Certificate(pem).toString().trim()
    })
    return { pem: `${[...new Set(pems)].join('\n')}\n` }
  } catch {
    return 'ca-unreadable'
  }
}

export type TrustedCertificate = { subject: string; issuer: string; validTo: Date; fingerprint: string }

/** What stands in a bundle that `readTrustedCa` has accepted; the fingerprint is the SHA-256 one. */
export const certificatesIn = (pem: string): TrustedCertificate[] =>
  (pem.match(block) ?? []).map(text => {
    const { subject, issuer, validTo, fingerprint256 } = new X509Certificate(text)
    return {
      subject: nameIn(subject),
      issuer: nameIn(issuer),
      validTo: new Date(validTo),
      fingerprint: fingerprint256,
    }
  })

/** The common name of a distinguished name, or all of it where it has none. */
const nameIn = (name = '') => /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ')
