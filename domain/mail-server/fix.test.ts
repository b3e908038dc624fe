// Fixes: every cause that can be mended has one, and what is proposed really repairs.
import { beforeAll, describe, expect, it } from 'vitest'
import { type Cause, causes } from '@/domain/smtp/causes'
import { type MailServerSettings, noSecrets, plainSettings } from '@/domain/smtp/settings'
import { submit } from '@/domain/smtp/submission'
import { createAuthority, createSelfSigned, type TestAuthority } from '@/domain/smtp/testing/certificates'
import { keep } from '@/domain/smtp/testing/keep'
import { startBlackHole } from '@/domain/smtp/testing/raw-server'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { fixFor } from './fix'

const base: MailServerSettings = {
  ...plainSettings({ host: '127.0.0.1', port: 587 }),
  mailFrom: 'Latchkey <from@example.org>',
  timeoutSeconds: 1,
}
const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}

describe('a fix', () => {
  let authority: TestAuthority
  beforeAll(async () => {
    authority = await createAuthority()
  })

  /** Fails, applies the fix, and expects the mail to go. */
  async function repairs(broken: Partial<MailServerSettings>, usualPorts: number[] = []) {
    const settings = { ...base, ...broken }
    const network = { usualPorts, lookup: async () => ['127.0.0.1'] }
    const outcome = await submit(settings, { ...noSecrets, password: 'secret' }, mail, {
      diagnose: true,
      network,
    })
    const fix = fixFor(outcome, settings)
    expect(fix, JSON.stringify(outcome)).not.toBeNull()
    const changes = { ...fix!.changes, ...(fix!.changes.port && { port: Number(fix!.changes.port) }) }
    const repaired = { ...settings, ...changes } as MailServerSettings
    const secrets = { ...noSecrets, password: 'secret' }
    expect(await submit(repaired, secrets, mail, { network })).toMatchObject({ result: 'accepted' })
    return fix!.changes
  }
  const trusted = () => ({ trustedCa: authority.cert })

  it('switches to implicit TLS, and to STARTTLS', async () => {
    const certificate = await authority.issue(['127.0.0.1'])
    const { port } = await keep(startSmtpSink({ tls: 'implicit', certificate }))
    expect(await repairs({ port, ...trusted() })).toEqual({ encryption: 'implicit-tls' })
    const other = await keep(startSmtpSink({ tls: 'starttls', certificate }))
    const changes = await repairs({ port: other.port, encryption: 'implicit-tls', ...trusted() })
    expect(changes).toEqual({ encryption: 'starttls' })
  })

  it('takes the port that answers', async () => {
    const certificate = await authority.issue(['127.0.0.1'])
    const gone = await startBlackHole()
    await gone.close()
    const { port } = await keep(startSmtpSink({ tls: 'starttls', certificate }))
    const changes = await repairs({ port: gone.port, encryption: 'implicit-tls', ...trusted() }, [port])
    expect(changes).toEqual({ port: String(port), encryption: 'starttls' })
  })

  it('takes the host name of the certificate', async () => {
    const certificate = await authority.issue(['*.example.org', 'mail.example.org'])
    const { port } = await keep(startSmtpSink({ tls: 'implicit', certificate }))
    const changes = await repairs({
      port,
      host: 'smtp.example.net',
      encryption: 'implicit-tls',
      ...trusted(),
    })
    expect(changes).toEqual({ host: 'mail.example.org' })
  })

  it('trusts a self-signed certificate', async () => {
    const certificate = await createSelfSigned(['127.0.0.1'])
    const { port } = await keep(startSmtpSink({ tls: 'implicit', certificate }))
    expect(Object.keys(await repairs({ port, encryption: 'implicit-tls' }))).toEqual(['trustedCa'])
  })

  it.each<[Cause, Partial<MailServerSettings>, Record<string, string>]>([
    ['auth-rejected', { host: 'smtp.sendgrid.net', username: 'anna@example.org' }, { username: 'apikey' }],
    ['dns-not-found', { provider: 'sendgrid', host: 'smtp.sendgrid.com' }, { host: 'smtp.sendgrid.net' }],
    ['ehlo-rejected', { ehloName: '[127.0.0.1]' }, { ehloName: 'example.org' }],
    ['tls-version', { minTlsVersion: 'TLSv1.3' }, { minTlsVersion: 'TLSv1.2' }],
    ['auth-rejected', { provider: 'sendgrid', username: 'SG.key' }, { username: 'apikey' }],
  ])('is known for %s', (cause, settings, changes) => {
    expect(fixFor({ cause, detail: {} }, { ...base, ...settings })).toEqual({ changes })
  })

  it('is not invented where nothing would change', () => {
    expect(fixFor({ cause: 'tls-version', detail: {} }, base)).toBeNull()
    expect(fixFor({ cause: 'certificate-untrusted', detail: {} }, base)).toBeNull()
    expect(fixFor({ result: 'accepted' }, base)).toBeNull()
  })

  it('asks for what only a person knows', () => {
    const fix = (cause: Cause, settings: Partial<MailServerSettings> = {}) =>
      fixFor({ cause, detail: {} }, { ...base, ...settings })
    const login = { authentication: 'password', username: 'anna@example.org' } as const
    expect(fix('auth-rejected', login)).toEqual({ changes: {}, enter: 'password' })
    expect(fix('auth-required')).toEqual({ changes: { authentication: 'password' }, enter: 'username' })
    expect(fix('auth-required', { host: 'smtp.sendgrid.net' })).toEqual({
      changes: { authentication: 'password', username: 'apikey' },
      enter: 'password',
    })
    expect(fix('sender-rejected', login)).toEqual({ changes: { mailFrom: 'anna@example.org' } })
    expect(fix('sender-rejected')).toEqual({ changes: {}, enter: 'mailFrom' })
    expect(fix('basic-auth-disabled', { ...login, host: 'smtp.office365.com' })).toMatchObject({
      changes: { authentication: 'oauth2' },
      enter: 'oauthClientId',
    })
  })

  it('is there for every cause, except those that nothing in the form can mend', () => {
    const settings: MailServerSettings = {
      ...base,
      host: 'smtp.office365.com',
      port: 2525,
      minTlsVersion: 'TLSv1.3',
      ehloName: '[127.0.0.1]',
    }
    const details: Record<string, string>[] = [
      {},
      { certificatePem: 'PEM', certificateFor: 'mail.example.org', fingerprint: 'AA:BB' },
      { reason: 'busy' },
      { reason: 'interrupted' },
    ]
    const logins: Partial<MailServerSettings>[] = [
      {},
      { authentication: 'password', username: 'anna@example.org' },
    ]
    const mended = (cause: Cause) =>
      details.some(detail => logins.some(login => fixFor({ cause, detail }, { ...settings, ...login })))
    expect(
      causes.filter(cause => !mended(cause)),
      'what no button of fix.ts mends has its reason in `unmended`, in the order of causes.ts',
    ).toEqual(Object.keys(unmended))
  })
})

/** What nothing in the form can mend, and why. */
const unmended: Partial<Record<Cause, string>> = {
  'address-private':
    'another server, or a setting of the installation: nothing that a form of the tenant can say',
  'certificate-expired':
    'whoever runs the server must renew it; to trust it all the same would lower the protection',
  'client-blocked': 'the owner of our address must have it taken off a list, or named in DNS',
  'rate-limited': 'only waiting helps, and another test makes it longer',
  'message-too-large': 'the limit is the server’s',
  'content-rejected': 'the server’s judgement; what helps is in DNS, where the report leads',
  'outcome-uncertain': 'the mail may have arrived: somebody must look before another is sent',
}
