import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { simpleParser } from 'mailparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import { beforeAll, describe, expect, test } from 'vitest'
import { codeOf } from '@/domain/links/link-code'
import { type MailMessage, renderMail } from '@/emails'
import { kinds, nastyMessage, nastyText } from '@/emails/testing/nasty'
import { env } from '@/lib/env'
import { locales } from '@/lib/i18n/locales'
import { holdKeyring, Keyring, keyring } from '@/lib/keyring'
import { readZonedMoment } from '@/lib/time-zone'
import { type ComposedMail, compose, validSpan } from './compose'

beforeAll(() => holdKeyring(Keyring.parse(Keyring.generate())))

const sender = { mailFrom: 'Beispiel, Büro <noreply@example.org>', replyTo: 'help@example.org' }
const tokenId = '0192f3a4-1111-7abc-8def-0123456789ab'

const outbound = (changes: Partial<ComposedMail> = {}): ComposedMail => ({
  messageId: '<0192f3a4-2222-7abc-8def-0123456789ab@latchkey.example.org>',
  kind: 'activation',
  recipient: 'anna@example.net',
  locale: 'en',
  parameters: {
    name: 'Anna',
    invitedBy: 'Tom',
    expiresAt: '2025-11-26T08:00:00.000Z',
    timeZone: 'Europe/Berlin',
    organisation: 'Acme',
    link: { keyId: keyring().newestId, path: 'activate' },
  },
  linkTokenId: tokenId,
  createdAt: new Date('2025-11-23T08:00:00Z'),
  ...changes,
})

/** The outbound mail of a message: what is filled in when it is composed is left out. */
function outboundOf({ kind, params }: MailMessage, changes: Partial<ComposedMail>): ComposedMail {
  const {
    link,
    signInUrl: _,
    resetUrl: __,
    site: ___,
    code: ____,
    codeUrl: _____,
    ...parameters
  } = params as Record<string, string>
  const stored = link ? { ...parameters, link: { keyId: keyring().newestId, path: 'activate' } } : parameters
  return outbound({ kind, parameters: stored, linkTokenId: link ? tokenId : null, ...changes })
}

const completed = ({ kind, params }: MailMessage, { recipient, createdAt }: ComposedMail) => {
  const { appUrl } = env()
  const token = keyring().linkToken(keyring().newestId, tokenId)
  const links = {
    link: `${appUrl}/activate/${token}`,
    code: codeOf(token),
    codeUrl: `${appUrl}/code`,
    signInUrl: `${appUrl}/login`,
    resetUrl: `${appUrl}/forgot-password`,
    site: new URL(appUrl).host,
    email: recipient,
    ...('expiresAt' in params && { validFor: validSpan(createdAt, readZonedMoment(params.expiresAt).date) }),
  }
  return { kind, params: { ...params, ...links } } as unknown as MailMessage
}

/** The same mail as Nodemailer composes it. */
const composedByNodemailer = (mail: ComposedMail, content: { subject: string; html: string; text: string }) =>
  new MailComposer({
    from: sender.mailFrom,
    replyTo: sender.replyTo,
    to: { name: '', address: mail.recipient },
    ...content,
    messageId: mail.messageId,
    date: mail.createdAt,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  })
    .compile()
    .build()

/** What a reader gets to see of it. */
async function parsed(raw: Buffer) {
  const { headers, headerLines, subject, html, text } = await simpleParser(raw)
  headers.delete('content-type')
  return { fields: headerLines.length, headers: Object.fromEntries(headers), subject, html, text }
}

const linesOf = (raw: Buffer) => raw.toString('latin1').split('\r\n')

const anyMail = fc.record({
  message: fc.constantFrom(...kinds).chain(nastyMessage),
  locale: fc.constantFrom(...locales),
})

test('reads as what Nodemailer composes of the rendered mail, whatever the parameters are', async () => {
  await fc.assert(
    fc.asyncProperty(anyMail, async ({ message, locale }) => {
      const mail = outboundOf(message, { locale })
      const { raw } = await compose(mail, sender)
      const expected = await composedByNodemailer(mail, await renderMail(completed(message, mail), locale))
      expect(await parsed(raw)).toEqual(await parsed(expected))
    }),
    { numRuns: 150 },
  )
}, 30_000)

test('is fit for SMTP as it is', async () => {
  await fc.assert(
    fc.asyncProperty(anyMail, async ({ message, locale }) => {
      const { raw, wireReady } = await compose(outboundOf(message, { locale }), sender)
      expect(wireReady).toBe(true)
      expect(raw.every(byte => byte < 127 && (byte > 31 || byte === 13 || byte === 10))).toBe(true)
      expect(raw.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]|[ \t]\r\n/)
      for (const line of linesOf(raw)) {
        expect(line.length).toBeLessThanOrEqual(76)
        expect(line).not.toMatch(/^(\.|From )/)
      }
    }),
    { numRuns: 200 },
  )
}, 30_000)

describe('the recipient', () => {
  const toOf = (raw: Buffer) => /^To:.*(?:\r\n[ \t].*)*/m.exec(raw.toString())?.[0]
  const both = async (recipient: string) => {
    const mail = outbound({ recipient })
    const { raw } = await compose(mail, sender)
    const expected = await composedByNodemailer(mail, { subject: 's', html: 'h', text: 't' })
    return [raw, expected].map(toOf)
  }

  test.each([
    'anna@example.net',
    'Anna.Example+news@Example.NET',
    'anna@bücher.example',
    'änne@example.net',
    'änne@bücher.example',
    '"anna example"@example.net',
    '"a,b"@example.net',
    'anna@xn--bcher-kva.example',
    'anna@XN--BCHER-KVA.example',
    'anna@[192.0.2.1]',
    'anna@1.2.3',
    'anna@localhost',
    `${'a'.repeat(64)}@${'b'.repeat(60)}.example.net`,
    'a@b@example.net',
    'anna@example.net\r\nBcc: all@example.org',
    'anna@example.net, tom@example.net',
    'Anna <anna@example.net>',
  ])('%j stands in the header as Nodemailer writes it', async recipient => {
    const [to, expected] = await both(recipient)
    expect(to).toBe(expected)
  })

  test('of any form adds no header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.emailAddress(), nastyText), async recipient => {
        const [to, expected] = await both(recipient)
        expect(to).toBe(expected)
      }),
      { numRuns: 200 },
    )
  })

  test('whose address is not ASCII is not fit for SMTP without its extension', async () => {
    const { raw, wireReady } = await compose(outbound({ recipient: 'änne@example.net' }), sender)
    expect(wireReady).toBe(false)
    expect(toOf(raw)).toBe('To: änne@example.net')
  })
})

test('a subject and a sender that no header can hold are encoded', async () => {
  const parameters = {
    serverName: 'Zentrale\r\nBcc: all@example.org 🚀'.repeat(3),
    host: 'h',
    requestedBy: 'r',
  }
  const { raw, envelope } = await compose(outbound({ kind: 'test', parameters, linkTokenId: null }), sender)
  const { subject, from, headerLines } = await simpleParser(raw)
  expect(subject).toMatch(/^Test mail from Latchkey through Zentrale Bcc: all@example.org 🚀Zentrale Bcc.*…$/)
  expect(from?.value).toEqual([{ name: 'Beispiel, Büro', address: 'noreply@example.org' }])
  expect(headerLines.map(({ key }) => key)).not.toContain('bcc')
  expect(envelope).toEqual({ from: 'noreply@example.org', to: 'anna@example.net' })
})

test('a signed mail verifies and is fit for SMTP as it is, too', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64')
  const key = { domain: 'example.org', selector: 's', algorithm: 'rsa-sha256', privateKey }
  const mails = [outbound(), outbound({ locale: 'de', recipient: 'änne@bücher.example' })]
  for (const mail of mails) {
    const { raw } = await compose(mail, sender, [key, { ...key, domain: 'example.net' }])
    const { results } = await dkimVerify(raw, { resolver: async () => [[`v=DKIM1; k=rsa; p=${p}`]] })
    expect(results.map(({ status }) => status.result)).toEqual(['pass'])
    expect(linesOf(raw).every(line => line.length <= 78 && !line.startsWith('.'))).toBe(true)
  }
})

test('the same mail is composed the same each time, and another sender is another mail', async () => {
  const [first, second] = await Promise.all([compose(outbound(), sender), compose(outbound(), sender)])
  expect(second).toEqual(first)
  const other = await compose(outbound(), { mailFrom: 'other@example.com', replyTo: null })
  expect(other.envelope.from).toBe('other@example.com')
  expect(other.raw.toString()).toContain('\r\nFrom: other@example.com\r\n')
  expect(other.raw.toString()).not.toContain('Reply-To')
})

test('what one mail lacks is in the next of its kind', async () => {
  const lacking = { name: '', expiresAt: '2025-11-24T14:05:00Z', invitedBy: null }
  for (const mail of [outbound({ parameters: lacking, linkTokenId: null }), outbound({ linkTokenId: null })])
    expect((await compose(mail, sender)).raw.toString()).not.toContain('href')
  const { raw } = await compose(outbound(), sender)
  expect((await simpleParser(raw)).text).toMatch(
    /Hello Anna,.*Tom has created an account for you at Acme.*\/activate\//s,
  )
})

test('a mail whose parameters cannot be shown is not composed, and the next of its kind is', async () => {
  const parameters = { name: 'Anna', changedAt: 'tomorrow' }
  const changed = outbound({ kind: 'password-changed', parameters, linkTokenId: null })
  await expect(compose(changed, sender)).rejects.toThrow()
  const { raw } = await compose(
    { ...changed, parameters: { name: 'Anna', changedAt: '2025-11-24T14:05:00Z' } },
    sender,
  )
  expect((await simpleParser(raw)).text).toContain('Monday 24 November, 14:05 UTC')
})

test('a mail says for how long its link is valid as counted from its date, and where one signs in', async () => {
  const { text } = await simpleParser((await compose(outbound({ locale: 'de' }), sender)).raw)
  expect(text).toContain('gilt 3 Tage, bis Mittwoch, 26. November, 09:00 Uhr MEZ.')
  expect(text).toContain(`auf ${new URL(env().appUrl).host} als anna@example.net`)
})

test('a mail that an older version has left is of the installation, in UTC', async () => {
  const { link } = outbound().parameters as Record<string, object>
  const parameters = { name: 'Anna', expiresAt: '2025-11-23T09:00:00.000Z', link }
  const mail = outbound({ kind: 'password-reset', parameters } as Partial<ComposedMail>)
  const { subject, text } = await simpleParser((await compose(mail, sender)).raw)
  expect(subject).toBe('Reset your password for Latchkey')
  expect(text).toContain('for 1 hour, until Sunday 23 November, 09:00 UTC.')
})

test.each([
  [72 * 60, 'P3D'],
  [71 * 60, 'PT71H'],
  [48 * 60, 'P2D'],
  [24 * 60, 'PT24H'],
  [150, 'PT2H'],
  [90, 'PT90M'],
  [60, 'PT1H'],
  [59, 'PT59M'],
  [0, 'PT1M'],
])('%d minutes are %s, also where a second of them is lost', (minutes, span) => {
  const from = new Date('2025-11-23T08:00:00Z')
  const to = from.getTime() + minutes * 60_000
  expect(validSpan(from, new Date(to))).toBe(span)
  expect(validSpan(from, new Date(to - 1_000))).toBe(span)
})
