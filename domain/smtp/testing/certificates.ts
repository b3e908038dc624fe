// Certificates for test servers: an authority of our own, and leaves that are good or wrong in one way.
import './reflect'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

export type KeyKind = 'ec' | 'rsa'
/** PEM, ready for `tls.createServer`; for a leaf, `cert` holds the leaf alone. */
export type TestCertificate = { cert: string; key: string; names: string[] }
export type TestAuthority = TestCertificate & {
  /** Issues a certificate for DNS names and IP addresses. */
  issue(names: string[], options?: { kind?: KeyKind; expired?: boolean }): Promise<TestCertificate>
  /** Makes an authority below this one, an intermediate. */
  delegate(name: string, options?: { expired?: boolean }): Promise<TestAuthority>
}

const crypto = webcrypto as unknown as Crypto
x509.cryptoProvider.set(crypto)

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]),
    modulusLength: 2048,
  },
}
const day = 24 * 60 * 60 * 1000

/** A root that no system trusts, with a name of its own. */
export async function createAuthority(
  name = 'Latchkey Test CA',
  kind: KeyKind = 'ec',
): Promise<TestAuthority> {
  const keys = await generate(kind)
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(`CN=${name}`, 30, kind),
    keys,
    extensions: authorityExtensions(),
  })
  return authorityOf(root, keys, kind)
}

async function authorityOf(
  certificate: x509.X509Certificate,
  keys: CryptoKeyPair,
  kind: KeyKind,
): Promise<TestAuthority> {
  const sign = (
    name: string,
    publicKey: CryptoKey,
    extensions: x509.Extension[],
    { expired }: { expired: boolean },
  ) =>
    x509.X509CertificateGenerator.create({
      ...common(name, expired ? -1 : 30, kind),
      issuer: certificate.subject,
      publicKey,
      signingKey: keys.privateKey,
      extensions,
    })
  return {
    cert: certificate.toString('pem'),
    key: await keyPem(keys.privateKey),
    names: [],
    async issue(names, { kind: leafKind = kind, expired = false } = {}) {
      const leafKeys = await generate(leafKind)
      const leaf = await sign(`CN=${names[0]}`, leafKeys.publicKey, leafExtensions(names), { expired })
      return { cert: leaf.toString('pem'), key: await keyPem(leafKeys.privateKey), names }
    },
    async delegate(name, { expired = false } = {}) {
      const keysBelow = await generate(kind)
      const below = await sign(`CN=${name}`, keysBelow.publicKey, authorityExtensions(), { expired })
      return authorityOf(below, keysBelow, kind)
    },
  }
}

const authorityExtensions = () => [
  new x509.BasicConstraintsExtension(true, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
]

/** A certificate that vouches for itself only. */
export async function createSelfSigned(names: string[], kind: KeyKind = 'ec'): Promise<TestCertificate> {
  const keys = await generate(kind)
  const leaf = await x509.X509CertificateGenerator.createSelfSigned({
    ...common(`CN=${names[0]}`, 30, kind),
    keys,
    extensions: leafExtensions(names),
  })
  return { cert: leaf.toString('pem'), key: await keyPem(keys.privateKey), names }
}

const generate = (kind: KeyKind) =>
  crypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify']) as Promise<CryptoKeyPair>

const common = (name: string, daysValid: number, kind: KeyKind) => ({
  serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(8)))
    .toString('hex')
    .replace(/^./, '1'),
  ...(name && { name, subject: name }),
  notBefore: new Date(Date.now() - 10 * day),
  notAfter: new Date(Date.now() + daysValid * day),
  signingAlgorithm: algorithms[kind],
})

const leafExtensions = (names: string[]) => [
  new x509.SubjectAlternativeNameExtension(
    names.map(value => ({ type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const), value })),
  ),
  new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
]

async function keyPem(key: CryptoKey) {
  const bytes = Buffer.from(await crypto.subtle.exportKey('pkcs8', key))
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}
