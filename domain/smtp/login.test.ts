// Signing in with an access token, and in clear: against a real token endpoint and real SMTP servers.
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
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
import { startScriptedSmtp } from './testing/raw-server'
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
  const onRefreshToken = async (token: string) => void stored.push(token)
  expect((await send(settingsFor(sink, oauth), oauth, { onRefreshToken })).result).toBe('accepted')
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
