// Explanations and fixes: every cause has its sentences, and what is proposed really repairs.
import { createTranslator } from 'next-intl'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Cause, causes } from '@/domain/smtp/causes'
import { type MailServerSettings, noSecrets, plainSettings } from '@/domain/smtp/settings'
import { submit } from '@/domain/smtp/submission'
import { createAuthority, createSelfSigned, type TestAuthority } from '@/domain/smtp/testing/certificates'
import { keep } from '@/domain/smtp/testing/keep'
import { startBlackHole } from '@/domain/smtp/testing/raw-server'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import de from '../../messages/de.json'
import en from '../../messages/en.json'
import { explanationValues, fixFor } from './diagnosis'

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

describe.each([
  ['en', en],
  ['de', de],
])('in %s', (locale, messages) => {
  const translate = createTranslator({
    locale,
    messages: { diagnosis: messages.diagnosis },
    onError: error => {
      throw error
    },
  }) as unknown as (key: string, values: Record<string, string>) => string

  it('has exactly the causes of the contract', () => {
    expect(Object.keys(messages.diagnosis)).toEqual([...causes])
  })

  it.each(causes)('%s is explained, whatever is known of it', cause => {
    const details: Record<string, string>[] = [
      {},
      { openPort: '465', openEncryption: 'implicit-tls', starttls: 'yes', stripped: 'yes', answered: 'imap' },
      { answered: 'yes', starttls: 'no', reason: 'smtputf8', reply: "550 {it's} <odd>" },
      ...['pin', 'client', 'scope', 'endpoint', 'server'].map(reason => ({
        reason,
        code: 'x',
        reply: '400',
      })),
    ]
    for (const detail of details) {
      const values = explanationValues({ detail }, base)
      for (const part of ['title', 'fix']) {
        const text = translate(`diagnosis.${cause}.${part}`, values)
        expect(text.length).toBeGreaterThan(15)
        expect(text).not.toMatch(/undefined|\bnone\b|\s{2}|[{}]{2}/)
      }
    }
  })
})

describe('the words', () => {
  const translate = createTranslator({ locale: 'en', messages: { diagnosis: en.diagnosis } }) as unknown as (
    key: string,
    values: Record<string, string>,
  ) => string
  const told = (cause: Cause, detail: Record<string, string>) =>
    ['title', 'fix']
      .map(part => translate(`diagnosis.${cause}.${part}`, explanationValues({ detail }, base)))
      .join(' ')

  it('differ by the reason for which there is no access token', () => {
    const reasons = ['client', 'scope', 'endpoint', 'server']
    const texts = reasons.map(reason => told('oauth-token-rejected', { reason }))
    expect(new Set(texts).size).toBe(reasons.length)
    expect(told('oauth-token-rejected', { reason: 'client', reply: '401 invalid_client' })).toContain(
      '401 invalid_client',
    )
  })

  it('hold both fingerprints where another certificate than the pinned one is shown', () => {
    const text = told('certificate-untrusted', { reason: 'pin', expected: 'AA:01', fingerprint: 'BB:02' })
    expect(text).toContain('AA:01')
    expect(text).toContain('BB:02')
  })

  it('lead to the name and not to the password, to waiting and not to another try, to DNS and not to the provider', () => {
    expect(told('ehlo-rejected', {})).toContain('EHLO name')
    expect(told('auth-rejected', { reason: 'disabled' })).not.toMatch(/password/i)
    expect(told('rate-limited', { reason: 'login' })).toContain('Wait')
    expect(told('rate-limited', { reason: 'login' })).not.toMatch(/password|more mail/i)
    expect(told('sender-rejected', { reason: 'dmarc' })).toMatch(/SPF.*DKIM/)
    expect(told('client-blocked', {})).toMatch(/block list.*PTR/)
    expect(told('protocol-error', { reason: 'busy' })).toContain('by itself')
  })

  it('tell of an authority whose certificate has expired, and not of the server’s own', () => {
    const text = told('certificate-expired', {
      reason: 'chain',
      certificateFor: 'Old CA',
      validTo: '2025-01-01T00',
    })
    expect(text).toMatch(/Old CA.*2025-01-01/)
  })

  it('never blame the password for a reply that nobody knows', () => {
    const text = told('protocol-error', { reply: '550 The moon is full' })
    expect(text).toContain('The moon is full')
    expect(text).not.toMatch(/password|username/i)
  })
})

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
    ['auth-required', {}, { authentication: 'password' }],
    ['ehlo-rejected', { ehloName: '[127.0.0.1]' }, { ehloName: 'example.org' }],
    ['tls-version', { minTlsVersion: 'TLSv1.3' }, { minTlsVersion: 'TLSv1.2' }],
    ['auth-rejected', { provider: 'sendgrid', username: 'SG.key' }, { username: 'apikey' }],
  ])('is known for %s', (cause, settings, changes) => {
    expect(fixFor({ cause, detail: {} }, { ...base, ...settings })).toEqual({ changes })
  })

  it('is not invented where nothing would change', () => {
    expect(fixFor({ cause: 'tls-version', detail: {} }, base)).toBeNull()
    expect(fixFor({ cause: 'auth-rejected', detail: {} }, base)).toBeNull()
    expect(fixFor({ result: 'accepted' }, base)).toBeNull()
  })
})
