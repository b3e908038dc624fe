// A pinned certificate stands in place of chain, name and dates; and what is told of a chain.
import { X509Certificate } from 'node:crypto'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { fixFor } from '@/domain/mail-server/diagnosis'
import { type MailServerSettings, noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import {
  createAuthority,
  createSelfSigned,
  type TestAuthority,
  type TestCertificate,
} from './testing/certificates'
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
