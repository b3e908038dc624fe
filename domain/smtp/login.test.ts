// Signing in with an access token, and in clear: against a real token endpoint and real SMTP servers.

import { randomUUID } from 'node:crypto'
import tls from 'node:tls'
import { beforeAll, expect, it } from 'vitest'
import type { InTurn } from './oauth'
import { type MailServerSettings, noSecrets, plainSettings } from './settings'
import { type SubmitOptions, submit } from './submission'
import { startBearerSmtp } from './testing/bearer-smtp'
import { createAuthority, type TestAuthority, type TestCertificate } from './testing/certificates'
import { keep } from './testing/keep'
import {
  type OauthServer,
  type OauthServerOptions,
  oauthClient,
  startOauthServer,
} from './testing/oauth-server'
import { startRawServer, startScriptedSmtp } from './testing/raw-server'
import { type SinkOptions, startSmtpSink } from './testing/smtp-sink'

const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}
let authority: TestAuthority
let certificate: TestCertificate
beforeAll(async () => {
  authority = await createAuthority()
  certificate = await authority.issue(['127.0.0.1'])
})
const oauthServer = (options: OauthServerOptions = {}) => keep(startOauthServer(options))
const tokenSink = (oauth: OauthServer, options: SinkOptions = {}) =>
  keep(
    startSmtpSink({
      tls: 'implicit',
      certificate,
      loginRequired: true,
      acceptsToken: (token, username) => oauth.accepts(token) && username === 'anna@example.org',
      ...options,
    }),
  )

const settingsFor = (
  server: { host: string; port: number },
  { tokenUrl }: OauthServer,
  changes: Partial<MailServerSettings> = {},
): MailServerSettings => ({
  ...plainSettings(server),
  encryption: 'implicit-tls',
  trustedCa: authority.cert,
  authentication: 'oauth2',
  username: 'anna@example.org',
  oauth: {
    grant: 'refresh-token',
    authorizationUrl: null,
    tokenUrl,
    clientId: oauthClient.id,
    scopes: 'https://mail.example.org/',
  },
  ...changes,
})
const secretsFor = (oauth: OauthServer) => ({
  ...noSecrets,
  clientSecret: oauthClient.secret,
  refreshToken: oauth.refreshToken(),
})
const send = (settings: MailServerSettings, oauth: OauthServer, options: SubmitOptions = {}) =>
  submit(settings, secretsFor(oauth), mail, options)

it('goes by XOAUTH2, and tells of the token without telling it', async () => {
  const oauth = await oauthServer()
  const sink = await tokenSink(oauth)
  const outcome = await send(settingsFor(sink, oauth), oauth)
  expect(outcome.result).toBe('accepted')
  expect(sink.mails.length).toBe(1)
  const auth = outcome.stages.find(({ stage }) => stage === 'auth')
  expect(auth?.facts).toMatchObject({
    mechanism: 'XOAUTH2',
    tokenEndpoint: oauth.tokenUrl,
    token: '200, valid 3599 s',
  })
  const notes = outcome.transcript.filter(({ from }) => from === 'note').map(({ text }) => text)
  expect(notes).toContain(`Asked ${oauth.tokenUrl} for an access token: 200, valid 3599 s`)
})

it('goes by OAUTHBEARER, bound to host and port', async () => {
  const oauth = await oauthServer()
  const server = await keep(startBearerSmtp(certificate, oauth.accepts))
  const settings = settingsFor(server, oauth, { username: 'a=b,c@example.org' })
  const outcome = await send(settings, oauth)
  expect(outcome).toMatchObject({ result: 'accepted', queueId: 'BEARER1' })
  const [token] = oauth.accessTokens
  expect(server.responses).toEqual([
    `n,a=a=3Db=2Cc@example.org,\x01host=127.0.0.1\x01port=${server.port}\x01auth=Bearer ${token}\x01\x01`,
  ])
})

it('ends the refusal of OAUTHBEARER as RFC 7628 wants it', async () => {
  const oauth = await oauthServer()
  const server = await keep(startBearerSmtp(certificate, () => false))
  const outcome = await send(settingsFor(server, oauth), oauth)
  expect(outcome).toMatchObject({
    cause: 'oauth-token-rejected',
    detail: { reason: 'server' },
    reply: { code: 535 },
  })
  expect(server.afterRefusal).toEqual(['\x01'])
  expect(JSON.stringify(outcome.transcript)).toContain('invalid_token')
})

it('buys another token if the one that was kept is refused', async () => {
  const oauth = await oauthServer()
  const sink = await tokenSink(oauth)
  const versionKey = randomUUID()
  const settings = settingsFor(sink, oauth)
  expect((await send(settings, oauth, { versionKey })).result).toBe('accepted')
  expect((await send(settings, oauth, { versionKey })).result).toBe('accepted')
  expect(oauth.requests.length).toBe(1)
  oauth.withdrawAccess()
  const outcome = await send(settings, oauth, { versionKey })
  expect(outcome.result).toBe('accepted')
  expect(oauth.requests.length).toBe(2)
  expect(JSON.stringify(outcome.transcript)).toContain('kept from before was refused')
})

it('does not buy a second token because the first, fresh one is refused', async () => {
  const oauth = await oauthServer()
  const sink = await tokenSink(oauth, { acceptsToken: () => false })
  const outcome = await send(settingsFor(sink, oauth), oauth, { versionKey: randomUUID() })
  expect(outcome).toMatchObject({
    cause: 'oauth-token-rejected',
    detail: { reason: 'server' },
    permanent: false,
  })
  expect(oauth.requests.length).toBe(1)
})

it('hands over a refresh token that replaces the one before', async () => {
  const oauth = await oauthServer({ rotates: true })
  const sink = await tokenSink(oauth)
  const stored: string[] = []
  const inTurn: InTurn = async spend => {
    const answer = await spend(secretsFor(oauth).refreshToken ?? '')
    stored.push(answer.refreshToken ?? '')
    return answer
  }
  expect((await send(settingsFor(sink, oauth), oauth, { inTurn })).result).toBe('accepted')
  expect(stored).toEqual([oauth.refreshToken()])
})

it('leaves no secret in what it tells, even if server and endpoint repeat them', async () => {
  const oauth = await oauthServer({ rotates: true })
  const before = secretsFor(oauth)
  const seen: string[] = []
  const sink = await tokenSink(oauth, {
    acceptsToken: token => {
      seen.push(token)
      return true
    },
    refuse: { 'mail-from': { code: 550, text: '' } },
  })
  // The refusal is written when everything has gone over the wire.
  Object.defineProperty(sink.options.refuse, 'mail-from', {
    get: () => {
      const secrets = [before.clientSecret, before.refreshToken, oauth.refreshToken(), ...seen]
      const shapes = secrets.flatMap(secret => [secret, Buffer.from(secret).toString('base64')])
      const xoauth2 = Buffer.from(`user=anna@example.org\x01auth=Bearer ${seen[0]}\x01\x01`).toString(
        'base64',
      )
      return { code: 550, text: [...shapes, xoauth2].join(' ') }
    },
  })
  const outcome = await submit(settingsFor(sink, oauth), before, mail)
  const told = JSON.stringify(outcome)
  expect(outcome.result).toBe('failed')
  expect(told).toContain('••••')
  for (const secret of [before.clientSecret, before.refreshToken, oauth.refreshToken(), ...seen]) {
    expect(told).not.toContain(secret.slice(0, 30))
    expect(told).not.toContain(Buffer.from(secret).toString('base64').slice(0, 30))
  }
})

it('buys no token for a server that wants none', async () => {
  const oauth = await oauthServer()
  const login = { username: 'anna', password: 'secret' }
  const sink = await tokenSink(oauth, { acceptsToken: undefined, login })
  expect(await send(settingsFor(sink, oauth), oauth)).toMatchObject({ cause: 'auth-mechanism' })
  expect(oauth.requests).toEqual([])
})

it('sends no token in clear, unless that is allowed', async () => {
  const oauth = await oauthServer()
  const sink = await tokenSink(oauth, { tls: 'none', certificate: undefined, allowAuthInClear: true })
  const clear = { encryption: 'none' as const }
  const refused = await send(settingsFor(sink, oauth, clear), oauth)
  expect(refused).toMatchObject({ cause: 'auth-in-clear-refused' })
  expect(oauth.requests).toEqual([])
  expect(sink.reached).not.toContain('auth')
  const allowed = await send(settingsFor(sink, oauth, { ...clear, credentialsInClear: true }), oauth)
  expect(allowed.result).toBe('accepted')
  expect(JSON.stringify(allowed.transcript)).toContain('without encryption')
})

it('sends a password in clear where that is allowed, and says so', async () => {
  const login = { username: 'anna', password: 'correct horse' }
  const sink = await keep(startSmtpSink({ login, loginRequired: true, allowAuthInClear: true }))
  const settings: MailServerSettings = {
    ...plainSettings(sink),
    authentication: 'password',
    username: login.username,
    credentialsInClear: true,
  }
  const outcome = await submit(settings, { ...noSecrets, password: login.password }, mail)
  expect(outcome.result).toBe('accepted')
  expect(JSON.stringify(outcome)).toContain('Signing in without encryption')
  expect(JSON.stringify(outcome)).not.toContain(login.password)
})

it('does not let a username start a field of its own', async () => {
  const oauth = await oauthServer()
  const script = { EHLO: '250-raw\r\n250 AUTH XOAUTH2', AUTH: '334 ', '*': '235 2.7.0 Accepted' }
  const server = await keep(startScriptedSmtp(script, { certificate, tls: 'implicit' }))
  const username = 'anna\x01auth=Bearer stolen\x01\r\nMAIL FROM:<x@example.org>'
  await send(settingsFor(server, oauth, { username }), oauth)
  const response = /AUTH XOAUTH2\r\n(\S+)\r\n/.exec(server.received())?.[1] ?? ''
  const fields = Buffer.from(response, 'base64').toString().split('\x01')
  expect(fields).toEqual([
    'user=annaauth=Bearer stolenMAIL FROM:<x@example.org>',
    `auth=Bearer ${[...oauth.accessTokens][0]}`,
    '',
    '',
  ])
  expect(server.received()).not.toContain('MAIL FROM:<x@')
})

const byPassword = (server: { host: string; port: number }, username = 'anna'): MailServerSettings => ({
  ...plainSettings(server),
  encryption: 'implicit-tls',
  trustedCa: authority.cert,
  authentication: 'password',
  username,
})
const scripted = (script: Record<string, string | null>) =>
  keep(
    startScriptedSmtp(
      { EHLO: '250-raw\r\n250 AUTH PLAIN LOGIN', ...script },
      { certificate, tls: 'implicit' },
    ),
  )
const inBase64 = (text: string) => Buffer.from(text).toString('base64')

it.each([
  '535 5.7.8 Error: authentication failed: invalid mechanism',
  '535 5.7.3 Unrecognized authentication type',
  '501 5.5.4 Syntax error in parameters or arguments',
  '502 5.5.1 Command not implemented',
  '504 5.5.4 Mechanism not supported',
  '534 5.7.9 Authentication mechanism is too weak',
  '535 AUTH PLAIN is disabled',
  '550 PLAIN auth not allowed',
  '535 Mécanisme non supporté',
])('signs in by LOGIN where PLAIN is answered with %s', async refusal => {
  const server = await keep(
    startRawServer(
      socket => {
        const replies: [RegExp, string][] = [
          [/^EHLO/, '250-raw\r\n250 AUTH PLAIN LOGIN'],
          [/^AUTH PLAIN/, refusal],
          [/^AUTH LOGIN/, '334 VXNlcm5hbWU6'],
          [new RegExp(`^${inBase64('anna')}\r`), '334 UGFzc3dvcmQ6'],
          [new RegExp(`^${inBase64('secret')}\r`), '235 2.7.0 Accepted'],
          [/^DATA/, '354 Go ahead'],
          [/^(MAIL|RCPT|Subject|\.|QUIT)/, '250 OK'],
        ]
        socket.write('220 raw\r\n')
        socket.on('data', chunk => {
          const reply = replies.find(([command]) => command.test(String(chunk)))?.[1]
          socket.write(`${reply ?? '535 5.7.8 No'}\r\n`)
        })
      },
      { server: tls.createServer({ key: certificate.key, cert: certificate.cert }) },
    ),
  )
  const outcome = await submit(byPassword(server), { ...noSecrets, password: 'secret' }, mail)
  expect(outcome, JSON.stringify(outcome.transcript)).toMatchObject({ result: 'accepted' })
  expect(outcome.stages.find(({ stage }) => stage === 'auth')?.facts.mechanism).toBe('LOGIN')
})

it('tries a wrong password once', async () => {
  const server = await scripted({ AUTH: '535 5.7.8 Authentication credentials invalid' })
  const outcome = await submit(byPassword(server), { ...noSecrets, password: 'wrong' }, mail)
  expect(outcome).toMatchObject({ cause: 'auth-rejected' })
  expect(server.received().match(/AUTH/g)).toHaveLength(1)
})

it('tells the refusal of the mechanism where the server leaves after it', async () => {
  const server = await keep(
    startRawServer(
      socket => {
        socket.write('220 raw\r\n')
        socket.on('data', chunk => {
          if (/^EHLO/.test(String(chunk))) socket.write('250-raw\r\n250 AUTH PLAIN LOGIN\r\n')
          else socket.end('504 5.5.4 Mechanism not supported\r\n')
        })
      },
      { server: tls.createServer({ key: certificate.key, cert: certificate.cert }) },
    ),
  )
  const outcome = await submit(byPassword(server), { ...noSecrets, password: 'secret' }, mail)
  expect(outcome).toMatchObject({ cause: 'auth-mechanism', reply: { code: 504 } })
})

it('sends the response of PLAIN again to a server that asks for it', async () => {
  const response = inBase64('\0anna\0secret')
  const server = await scripted({
    AUTH: '334 ',
    '*': '235 2.7.0 Accepted',
    MAIL: '250 OK',
    RCPT: '250 OK',
    '.': '250 OK',
  })
  const outcome = await submit(byPassword(server), { ...noSecrets, password: 'secret' }, mail)
  expect(outcome.result).toBe('accepted')
  expect(server.received()).toContain(`AUTH PLAIN ${response}\r\n${response}\r\n`)
  expect(JSON.stringify(outcome)).not.toContain(response)
})

it('prepares name and password, and blanks every form of them', async () => {
  const typed = 'correct\u00a0hor\u00adse\u200b\ufeff ﬁne'
  const meant = 'correct horse fine'
  const server = await scripted({ AUTH: `535 5.7.8 Not ${inBase64(meant)}, ${meant} or ${typed}` })
  const outcome = await submit(byPassword(server, '\ufeffanna'), { ...noSecrets, password: typed }, mail)
  expect(server.received()).toContain(`AUTH PLAIN ${inBase64(`\0anna\0${meant}`)}\r\n`)
  const told = JSON.stringify(outcome)
  for (const form of [typed, meant, inBase64(meant)]) expect(told).not.toContain(form)
})

it('keeps a flood of words out of reply and detail', async () => {
  const flood = Array(1000)
    .fill(`550-${'user unknown '.repeat(4)}`)
    .join('\r\n')
  const server = await keep(startScriptedSmtp({ RCPT: `${flood}\r\n550 no` }))
  const outcome = await submit(plainSettings(server), noSecrets, mail)
  expect(outcome).toMatchObject({ cause: 'recipient-rejected', permanent: true })
  const { reply, detail } = outcome as Exclude<typeof outcome, { result: 'accepted' }>
  expect(JSON.stringify({ reply, detail }).length).toBeLessThan(3000)
})
