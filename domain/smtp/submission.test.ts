// What a submission that can succeed does on its way, against real servers on loopback.
import { beforeAll, describe, expect, it } from 'vitest'
import { dotStuffed, queueIdOf } from './delivery'
import type { Mail, StageReport } from './outcome'
import { type MailServerSettings, noSecrets, plainSettings } from './settings'
import { stages, submit } from './submission'
import { createAuthority, type TestAuthority, type TestCertificate } from './testing/certificates'
import { keep } from './testing/keep'
import { startHttpProxy, startRawServer, startScriptedSmtp } from './testing/raw-server'
import { type SinkOptions, startSmtpSink } from './testing/smtp-sink'

const login = { username: 'anna@example.org', password: 'correct horse ßattery' }
const secrets = { ...noSecrets, password: login.password }
const mail: Mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\n.starts with a dot\r\nGrüße\r\n'),
}

let authority: TestAuthority
let certificate: TestCertificate

beforeAll(async () => {
  authority = await createAuthority()
  certificate = await authority.issue(['localhost', '127.0.0.1', 'xn--exmple-cua.test'])
})

const sink = (options: SinkOptions = {}) => keep(startSmtpSink(options))
const tlsSink = (options: SinkOptions = {}) =>
  sink({ tls: 'starttls', certificate, login, loginRequired: true, ...options })
const settingsFor = (
  server: { host: string; port: number },
  more: Partial<MailServerSettings> = {},
): MailServerSettings => ({
  ...plainSettings(server),
  trustedCa: authority.cert,
  mailFrom: 'from@example.org',
  timeoutSeconds: 10,
  ...more,
})
const withLogin = { encryption: 'starttls', authentication: 'password', username: login.username } as const

describe('a mail that is accepted', () => {
  it.each(['PLAIN', 'LOGIN', 'CRAM-MD5'])('goes through STARTTLS and %s', async mechanism => {
    const server = await tlsSink({ mechanisms: [mechanism] })
    const seen: StageReport[] = []
    const outcome = await submit(settingsFor(server, withLogin), secrets, mail, {
      onStage: report => seen.push(report),
    })
    expect(outcome).toMatchObject({ result: 'accepted', queueId: 'TEST1', phase: 'data' })
    expect(outcome.stages.map(({ stage, result }) => [stage, result])).toEqual(
      stages.map(stage => [stage, 'ok']),
    )
    expect(seen.map(({ stage }) => stage)).toEqual([...stages])
    expect(server.mails[0]).toMatchObject({
      from: mail.envelope.from,
      to: [mail.envelope.to],
      raw: mail.raw.toString(),
    })
    const facts = Object.fromEntries(outcome.stages.map(({ stage, facts }) => [stage, facts]))
    expect(facts.tls).toMatchObject({ version: 'TLSv1.3', subject: 'localhost', issuer: 'Latchkey Test CA' })
    expect(facts.auth).toMatchObject({ mechanism })
  })

  it('goes through implicit TLS, where TLS comes before the greeting', async () => {
    const server = await tlsSink({ tls: 'implicit' })
    const seen: string[] = []
    const settings = settingsFor(server, { ...withLogin, encryption: 'implicit-tls' })
    const outcome = await submit(settings, secrets, mail, { onStage: ({ stage }) => seen.push(stage) })
    expect(outcome.result).toBe('accepted')
    expect(seen.slice(0, 5)).toEqual(['dns', 'connect', 'tls', 'greeting', 'ehlo'])
    expect(outcome.stages.map(({ stage }) => stage)).toEqual([...stages])
  })

  it('leaves no credential in the transcript, even if the server repeats it', async () => {
    const base64 = Buffer.from(`\0${login.username}\0${login.password}`).toString('base64')
    const server = await keep(
      startScriptedSmtp(
        {
          EHLO: '250-raw\r\n250-STARTTLS\r\n250 AUTH PLAIN',
          AUTH: `535 5.7.8 No: ${base64} ${login.password}`,
        },
        { certificate },
      ),
    )
    const outcome = await submit(settingsFor(server, withLogin), secrets, mail)
    const told = JSON.stringify(outcome)
    expect(outcome).toMatchObject({ result: 'failed', cause: 'auth-rejected' })
    expect(told).toContain('AUTH PLAIN ••••')
    for (const secret of [base64, login.password, Buffer.from(login.password).toString('base64')]) {
      expect(told).not.toContain(secret)
    }
  })

  it('is slow, not broken, on a server that takes its time for each reply', async () => {
    const delay = { connect: 250, auth: 250, 'mail-from': 250, 'rcpt-to': 250, data: 250 }
    const server = await tlsSink({ delay })
    const outcome = await submit(settingsFor(server, { ...withLogin, timeoutSeconds: 1 }), secrets, mail)
    expect(outcome.result).toBe('accepted')
  })

  it.each(['127.0.0.1', '::1'])('finds the address of localhost that answers: %s', async host => {
    const server = await sink({ host })
    const lookup = async () => ['::1', '127.0.0.1']
    const outcome = await submit(settingsFor({ ...server, host: 'localhost' }), noSecrets, mail, {
      network: { lookup },
    })
    expect(outcome.result).toBe('accepted')
    expect(outcome.stages[1]?.facts.address).toContain(host)
  })

  it('goes through an HTTP proxy with a login', async () => {
    const server = await tlsSink()
    const proxy = await keep(startHttpProxy({ username: 'proxy', password: 'proxy secret' }))
    const settings = settingsFor(server, {
      ...withLogin,
      proxy: { type: 'http', host: proxy.host, port: proxy.port, username: 'proxy' },
    })
    const outcome = await submit(settings, { ...secrets, proxyPassword: 'proxy secret' }, mail)
    expect(outcome.result).toBe('accepted')
    expect(JSON.stringify(outcome)).not.toContain(Buffer.from('proxy:proxy secret').toString('base64'))
  })

  it('reaches an internationalised host name by its ASCII form, in DNS, SNI and certificate', async () => {
    const server = await tlsSink()
    const asked: string[] = []
    const lookup = async (name: string) => {
      asked.push(name)
      return ['127.0.0.1']
    }
    const settings = settingsFor({ ...server, host: 'exämple.test' }, withLogin)
    expect((await submit(settings, secrets, mail, { network: { lookup } })).result).toBe('accepted')
    expect(asked).toEqual(['xn--exmple-cua.test'])
  })

  it('goes to an international address where the server can', async () => {
    const server = await sink()
    const envelope = { from: 'from@example.org', to: 'jürgen@exämple.test' }
    expect((await submit(settingsFor(server), noSecrets, { ...mail, envelope })).result).toBe('accepted')
    expect(server.mails[0]?.to).toEqual(['jürgen@exämple.test'])
  })

  it('carries content larger than one piece unchanged', async () => {
    const raw = Buffer.from(`Subject: Long\r\n\r\n${'.x\r\n..\r\n'.repeat(30_000)}`)
    const server = await sink()
    expect((await submit(settingsFor(server), noSecrets, { ...mail, raw })).result).toBe('accepted')
    expect(server.mails[0]?.raw === raw.toString()).toBe(true)
  })
})

describe('the moment before the content', () => {
  it('is awaited before the first byte', async () => {
    const server = await keep(startScriptedSmtp({}))
    let before = ''
    await submit(settingsFor(server), noSecrets, mail, {
      beforeData: async () => {
        before = server.received()
      },
    })
    expect(before).toMatch(/DATA\r\n$/)
    expect(server.received()).toContain('Subject: Hello')
  })

  it('stops the mail if it fails, and passes the failure on', async () => {
    const server = await sink()
    const bug = new Error('database gone')
    const failed = submit(settingsFor(server), noSecrets, mail, { beforeData: () => Promise.reject(bug) })
    await expect(failed).rejects.toBe(bug)
    expect(server.mails).toEqual([])
    expect(server.reached).not.toContain('data')
  })

  it('is the last at which an abort is heard', async () => {
    const server = await sink({ hold: 'rcpt-to' })
    const early = new AbortController()
    const stopped = submit(settingsFor(server), noSecrets, mail, { signal: early.signal })
    await server.waitForHold()
    early.abort(new Error('shutting down'))
    await expect(stopped).rejects.toThrow('shutting down')

    const other = await sink({ hold: 'data' })
    const late = new AbortController()
    const finished = submit(settingsFor(other), noSecrets, mail, { signal: late.signal })
    await other.waitForHold()
    late.abort(new Error('shutting down'))
    other.release()
    expect((await finished).result).toBe('accepted')
  })
})

describe('a server that must not be trusted', () => {
  it('gets neither login nor mail with a certificate that is not verified', async () => {
    const server = await tlsSink()
    const outcome = await submit(settingsFor(server, { ...withLogin, trustedCa: null }), secrets, mail)
    expect(outcome).toMatchObject({ result: 'failed', cause: 'certificate-untrusted' })
    expect(outcome.stages.find(({ stage }) => stage === 'tls')?.facts).toMatchObject({
      issuer: 'Latchkey Test CA',
    })
    expect(server.reached).toEqual(['connect'])
  })

  it('cannot slip replies in before the encryption starts', async () => {
    const script = { EHLO: '250-raw\r\n250 STARTTLS', STARTTLS: '220 Ready\r\n250 injected' }
    const server = await keep(startScriptedSmtp(script, { certificate }))
    const outcome = await submit(settingsFor(server, { encryption: 'starttls' }), noSecrets, mail)
    expect(outcome).toMatchObject({ result: 'failed', cause: 'protocol-error' })
    expect(server.received()).not.toContain('MAIL')
  })

  it('never reads a password in clear', async () => {
    const server = await keep(startScriptedSmtp({ EHLO: '250-raw\r\n250 AUTH PLAIN LOGIN' }))
    await submit(settingsFor(server, { authentication: 'password', username: login.username }), secrets, mail)
    expect(server.received()).not.toContain('AUTH')
  })

  it('cannot keep us reading for ever', async () => {
    const flood = await keep(startRawServer(socket => socket.write(`220-${'x'.repeat(200_000)}`)))
    expect(await submit(settingsFor(flood), noSecrets, mail)).toMatchObject({ result: 'failed' })
  })
})

it('does not let an address smuggle in a command', async () => {
  const server = await sink()
  const envelope = { from: 'from@example.org', to: 'to@example.org>\r\nRCPT TO:<other@example.org' }
  const outcome = await submit(settingsFor(server), noSecrets, { ...mail, envelope })
  expect(outcome).toMatchObject({ result: 'failed', cause: 'recipient-rejected', permanent: true })
  expect(server.mails).toEqual([])
})

it('doubles leading dots and ends every line with CRLF', () => {
  expect(dotStuffed(Buffer.from('.a\n..b\r\nc\r.d')).toString()).toBe('..a\r\n...b\r\nc\r\n..d\r\n')
})

it.each([
  ['2.0.0 Ok: queued as 4XyZ12abc', '4XyZ12abc'],
  ['OK id=1sAbCd-000123-45', '1sAbCd-000123-45'],
  ['Ok 0102018f2b-1234-000000', '0102018f2b-1234-000000'],
  ['OK  1718000000 a640c23a62f3a-gsmtp.123 - gsmtp', 'a640c23a62f3a-gsmtp.123'],
  ['OK <abc.def@host.prod.outlook.com> [Hostname=host]', 'abc.def@host.prod.outlook.com'],
  ['Thank you', null],
])('reads the queue id of %j', (text, id) => {
  expect(queueIdOf({ code: 250, enhanced: null, text: text.replace(/^2\.0\.0 /, '') })).toBe(id)
})
