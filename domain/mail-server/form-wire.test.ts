// What is typed into the form never becomes a command or a header: seen from a real server.
import { simpleParser } from 'mailparser'
import MailComposer from 'nodemailer/lib/mail-composer'
import { beforeAll, expect, it } from 'vitest'
import { readMailbox } from '@/domain/smtp/mailbox'
import { type MailServerSettings, noSecrets, plainSettings } from '@/domain/smtp/settings'
import { submit } from '@/domain/smtp/submission'
import { createAuthority, type TestAuthority, type TestCertificate } from '@/domain/smtp/testing/certificates'
import { keep } from '@/domain/smtp/testing/keep'
import { type RawServer, startScriptedSmtp } from '@/domain/smtp/testing/raw-server'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { mailServerForm } from './form'

let authority: TestAuthority
let certificate: TestCertificate
beforeAll(async () => {
  authority = await createAuthority()
  certificate = await authority.issue(['127.0.0.1'])
})

/** A message as the outbox composes it: what the settings hold goes into its headers. */
async function compose({ mailFrom, replyTo }: MailServerSettings) {
  const message = { from: mailFrom, replyTo: replyTo ?? undefined, to: 'to@example.org', text: 'Hello' }
  return {
    messageId: '<1@latchkey.test>',
    envelope: { from: readMailbox(mailFrom)?.address ?? 'from@example.org', to: 'to@example.org' },
    raw: await new MailComposer({ ...message, subject: 'Hello' }).compile().build(),
  }
}

const injection = 'x\r\nBcc: victim@example.org\r\nRCPT TO:<victim@example.org>'
const commands = (server: RawServer) =>
  server
    .received()
    .split('\r\n')
    .map(line => line.split(/[ :]/)[0])

it.each([
  ['"Müller, Ümit \\"Acme\\" 🔑" <a@example.org>', 'Müller, Ümit "Acme" 🔑'],
  ['Müller, Acme (Support) <a@example.org>', 'Müller, Acme (Support)'],
  ['O\'Neil; "quoted" <a@example.org>', "O'Neil, quoted"],
])('%j arrives as one sender', async (mailFrom, name) => {
  const sink = await keep(startSmtpSink())
  const filled = { name: 'x', host: sink.host, port: String(sink.port), encryption: 'none', mailFrom }
  const { settings } = mailServerForm.parse(filled)
  const outcome = await submit(settings, noSecrets, await compose(settings))
  expect(outcome.result).toBe('accepted')
  const { from } = await simpleParser(sink.mails[0]?.raw ?? '')
  expect(from?.value).toEqual([{ name, address: 'a@example.org' }])
})

it('holds for line breaks in display name and reply address, even if they got past the form', async () => {
  const sink = await keep(startSmtpSink())
  const settings = {
    ...plainSettings(sink),
    mailFrom: `"${injection}" <from@example.org>`,
    replyTo: `${injection} <reply@example.org>`,
  }
  const outcome = await submit(settings, noSecrets, await compose(settings))
  expect(outcome.result).toBe('accepted')
  expect(sink.mails[0]?.to).toEqual(['to@example.org'])
  const parsed = await simpleParser(sink.mails[0]?.raw ?? '')
  expect(parsed.bcc).toBeUndefined()
  expect(parsed.headerLines.filter(({ key }) => key === 'bcc' || key === 'rcpt to')).toEqual([])
})

it('holds for the EHLO name', async () => {
  const server = await keep(startScriptedSmtp({}))
  const settings = { ...plainSettings(server), ehloName: `a.org\r\nMAIL FROM:<victim@example.org>` }
  await submit(settings, noSecrets, await compose(settings))
  expect(server.received()).not.toContain('victim')
  expect(commands(server).slice(0, 2)).toEqual(['EHLO', 'MAIL'])
})

it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('holds for username and password, by %s', async mechanism => {
  const login = { username: injection, password: injection }
  const script = {
    EHLO: `250-raw\r\n250 AUTH ${mechanism}`,
    AUTH: '334 PDFAcmF3Pg==',
    '*': '334 UGFzc3dvcmQ6',
  }
  const server = await keep(startScriptedSmtp(script, { certificate, tls: 'implicit' }))
  const settings: MailServerSettings = {
    ...plainSettings(server),
    encryption: 'implicit-tls',
    trustedCa: authority.cert,
    authentication: 'password',
    username: login.username,
  }
  await submit(settings, { ...noSecrets, password: login.password }, await compose(settings))
  expect(server.received()).not.toContain('victim')
  expect(commands(server)).not.toContain('RCPT')
})

it('holds for the host and the login of a proxy', async () => {
  const proxy = await keep(startScriptedSmtp({}))
  const settings: MailServerSettings = {
    ...plainSettings({ host: `mail.example.org\r\nX-Injected: yes`, port: 25 }),
    timeoutSeconds: 0.3,
    proxy: { type: 'http', host: proxy.host, port: proxy.port, username: injection },
  }
  await submit(settings, { ...noSecrets, proxyPassword: injection }, await compose(settings))
  expect(proxy.received()).not.toMatch(/victim|X-Injected/)
})
