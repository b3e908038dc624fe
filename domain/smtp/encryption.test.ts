// Whom a connection trusts: a pinned certificate, a pasted one, the usual roots; and what is told of a chain.
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fixFor } from '@/domain/mail-server/fix'
import { type MailServerSettings, noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import {
  createAuthority,
  createSelfSigned,
  type TestAuthority,
  type TestCertificate,
} from './testing/certificates'
import { startRawServer } from './testing/raw-server'
import { startSmtpSink } from './testing/smtp-sink'

const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}
let authority: TestAuthority
const running: { close(): Promise<void> }[] = []
beforeAll(async () => {
  authority = await createAuthority()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(server => server.close()))
})

async function sendTo(
  certificate: TestCertificate,
  changes: Partial<MailServerSettings>,
  tls: 'implicit' | 'starttls' = 'implicit',
) {
  const sink = await startSmtpSink({ tls, certificate })
  running.push(sink)
  const settings: MailServerSettings = {
    ...plainSettings(sink),
    encryption: tls === 'implicit' ? 'implicit-tls' : 'starttls',
    ...changes,
  }
  return { outcome: await submit(settings, noSecrets, mail), settings, sink }
}
const fingerprintOf = ({ cert }: TestCertificate) => new X509Certificate(cert).fingerprint256

it.each([
  ['self-signed', () => createSelfSigned(['127.0.0.1'])],
  ['for another name', () => authority.issue(['mail.example.org'])],
  ['expired', () => authority.issue(['127.0.0.1'], { expired: true })],
])('takes the pinned certificate though it is %s', async (_why, make) => {
  const certificate = await make()
  const pinnedCertificate = fingerprintOf(certificate)
  for (const tls of ['implicit', 'starttls'] as const) {
    const { outcome } = await sendTo(certificate, { pinnedCertificate }, tls)
    expect(outcome.result).toBe('accepted')
    expect(outcome.stages.find(({ stage }) => stage === 'tls')?.facts.pinned).toBe(pinnedCertificate)
  }
})

it('refuses every other certificate, also a trusted one, and one that has the pinned one as its root', async () => {
  const certificate = await authority.issue(['127.0.0.1'])
  const withRoot = { ...certificate, cert: `${certificate.cert}\n${authority.cert}` }
  const pinnedCertificate = fingerprintOf(authority)
  const { outcome, settings, sink } = await sendTo(withRoot, { pinnedCertificate, trustedCa: authority.cert })
  expect(outcome).toMatchObject({
    result: 'failed',
    cause: 'certificate-untrusted',
    detail: { reason: 'pin', expected: pinnedCertificate, fingerprint: fingerprintOf(certificate) },
  })
  expect(sink.reached).toEqual([])
  const fix = fixFor(outcome, settings)
  expect(fix).toEqual({ changes: { pinnedCertificate: fingerprintOf(certificate) } })
  expect((await sendTo(withRoot, fix!.changes as Partial<MailServerSettings>)).outcome.result).toBe(
    'accepted',
  )
})

it('tells of every certificate of the chain whose it is, who vouches for it, and its fingerprint', async () => {
  const certificate = await authority.issue(['127.0.0.1', 'mail.example.org'])
  const withRoot = { ...certificate, cert: `${certificate.cert}\n${authority.cert}` }
  const { outcome } = await sendTo(withRoot, {})
  const { validFrom, validTo } = new X509Certificate(certificate.cert)
  const day = (text: string) => new Date(text).toISOString().slice(0, 10)
  expect(outcome.stages.find(({ stage }) => stage === 'tls')?.facts).toMatchObject({
    subject: '127.0.0.1',
    issuer: 'Latchkey Test CA',
    names: ['127.0.0.1', 'mail.example.org'],
    fingerprint: fingerprintOf(certificate),
    chain: [
      `127.0.0.1 (issued by Latchkey Test CA), for 127.0.0.1, mail.example.org, valid ${day(validFrom)} to ${day(validTo)}, SHA-256 ${fingerprintOf(certificate)}`,
      expect.stringMatching(
        `^Latchkey Test CA \\(issued by Latchkey Test CA\\), valid .*, SHA-256 ${fingerprintOf(authority)}$`,
      ),
    ],
  })
})

describe('a pasted certificate is an anchor', () => {
  const bundle = (leaf: TestCertificate, ...above: TestCertificate[]) => ({
    ...leaf,
    cert: [leaf, ...above].map(({ cert }) => cert).join('\n'),
  })

  it('also an intermediate, whose own authority nobody knows', async () => {
    const intermediate = await authority.delegate('Latchkey Test Intermediate')
    const leaf = await intermediate.issue(['127.0.0.1'])
    for (const shown of [bundle(leaf, intermediate), leaf])
      for (const tls of ['implicit', 'starttls'] as const)
        expect((await sendTo(shown, { trustedCa: intermediate.cert }, tls)).outcome.result).toBe('accepted')
  })

  it('also the certificate of the server alone', async () => {
    const leaf = await authority.issue(['127.0.0.1'])
    const selfSigned = await createSelfSigned(['127.0.0.1'])
    for (const shown of [leaf, bundle(leaf, authority), selfSigned])
      expect(
        (await sendTo(shown, { trustedCa: new X509Certificate(shown.cert).toString() })).outcome.result,
      ).toBe('accepted')
  })

  it('but name and dates still have to be right, and no other certificate is let in', async () => {
    const other = await authority.issue(['mail.example.org'])
    const old = await authority.issue(['127.0.0.1'], { expired: true })
    const leaf = await authority.issue(['127.0.0.1'])
    const cause = async (shown: TestCertificate, trustedCa: string) =>
      (await sendTo(shown, { trustedCa })).outcome
    expect(await cause(other, other.cert)).toMatchObject({ cause: 'certificate-name-mismatch' })
    expect(await cause(old, old.cert)).toMatchObject({ cause: 'certificate-expired' })
    expect(await cause(leaf, other.cert)).toMatchObject({ cause: 'certificate-untrusted' })
  })

  it('and what is proposed for trust is the last one that the server shows, with its own facts', async () => {
    const intermediate = await authority.delegate('Latchkey Test Intermediate')
    const leaf = await intermediate.issue(['127.0.0.1'])
    const { outcome, settings } = await sendTo(bundle(leaf, intermediate), {})
    expect(outcome).toMatchObject({
      cause: 'certificate-untrusted',
      detail: {
        certificateFor: 'Latchkey Test Intermediate',
        issuer: 'Latchkey Test CA',
        fingerprint: fingerprintOf(intermediate),
      },
    })
    const fix = fixFor(outcome as Exclude<typeof outcome, { result: 'accepted' }>, settings)
    const repaired = await sendTo(bundle(leaf, intermediate), fix!.changes as Partial<MailServerSettings>)
    expect(repaired.outcome.result).toBe('accepted')
  })

  it('and the roots of NODE_EXTRA_CA_CERTS are trusted beside it', async () => {
    const own = await createAuthority('Of the house')
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-'))
    const file = join(folder, 'extra.pem')
    await writeFile(file, own.cert)
    const { sink } = await sendTo(await own.issue(['127.0.0.1']), {})
    const script = `
      const tls = await import('node:tls')
      const { trusting } = await import('./domain/smtp/trust.ts')
      const socket = tls.connect({ host: '127.0.0.1', port: ${sink.port}, ...trusting(${JSON.stringify(authority.cert)}) })
      socket.on('secureConnect', () => { console.log(socket.authorized); socket.destroy() })
      socket.on('error', error => console.log(error.code))`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: file, NODE_OPTIONS: '' } },
    )
    expect(stdout.trim()).toBe('true')
    await rm(folder, { recursive: true })
  })
})

it('tells of the certificate that has expired, not of another one in the chain', async () => {
  const intermediate = await authority.delegate('Latchkey Old Intermediate', { expired: true })
  const leaf = await intermediate.issue(['127.0.0.1'])
  const chain = { ...leaf, cert: `${leaf.cert}\n${intermediate.cert}` }
  const { outcome } = await sendTo(chain, { trustedCa: authority.cert })
  const { validTo } = new X509Certificate(intermediate.cert)
  expect(outcome).toMatchObject({
    cause: 'certificate-expired',
    detail: {
      reason: 'chain',
      certificateFor: 'Latchkey Old Intermediate',
      issuer: 'Latchkey Test CA',
      validTo: new Date(validTo).toISOString(),
      fingerprint: fingerprintOf(intermediate),
    },
  })
  expect(outcome.stages.find(({ stage }) => stage === 'tls')?.facts.refused).toContain(
    'Latchkey Old Intermediate',
  )
})

it.each([
  [112, 'certificate-name-mismatch', 'sni'],
  [80, 'protocol-error', 'busy'],
  [49, 'protocol-error', undefined],
  [40, 'tls-version', undefined],
  [70, 'tls-version', undefined],
])('a handshake that ends with the alert %i is called %s', async (alert, cause, reason) => {
  const server = await startRawServer(socket =>
    socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert]))),
  )
  running.push(server)
  const settings = { ...plainSettings(server), encryption: 'implicit-tls' as const }
  const outcome = await submit(settings, noSecrets, mail)
  expect(outcome).toMatchObject({ cause, concerns: 'server', ...(reason && { detail: { reason } }) })
})
