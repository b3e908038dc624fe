// Every cause that a submission can have, produced by a real server on loopback and named.
import dgram from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cause, causes } from './causes'
import type { Mail, Outcome, SubmitOptions } from './outcome'
import { type MailServerSecrets, type MailServerSettings, noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import {
  createAuthority,
  createSelfSigned,
  type TestAuthority,
  type TestCertificate,
} from './testing/certificates'
import { type OauthServerOptions, oauthClient, startOauthServer } from './testing/oauth-server'
import {
  type RawServer,
  startBlackHole,
  startForeignServer,
  startHangUp,
  startHttpProxy,
  startPatientSmtp,
  startRawServer,
  startScriptedSmtp,
  startUnreachable,
} from './testing/raw-server'
import { type SinkOptions, startSmtpSink } from './testing/smtp-sink'
import { type SocksOptions, startSocksProxy } from './testing/socks-server'

type Attempt = {
  settings?: Partial<MailServerSettings>
  secrets?: Partial<MailServerSecrets>
  mail?: Partial<Mail>
  options?: SubmitOptions
}
type Case = {
  cause: Cause
  when: string
  arrange: () => Promise<Attempt>
  permanent?: boolean
  detail?: Record<string, string>
}

const good = { username: 'anna', password: 'correct horse' }
const login = { authentication: 'password' as const, username: good.username }
const known = { password: good.password }
const wrong = { password: 'wrong horse' }

let authority: TestAuthority
let local: TestCertificate
const running: { close(): Promise<void> }[] = []
const table: string[] = []

beforeAll(async () => {
  authority = await createAuthority()
  local = await authority.issue(['localhost', '127.0.0.1'])
})
// At the very end: while these cases run one after another, the patient ones wait beside them.
afterAll(async () => {
  await Promise.all(running.splice(0).map(server => server.close()))
  console.log(table.join('\n'))
})

const keep = async <T extends { close(): Promise<void> }>(server: Promise<T>) => {
  running.push(await server)
  return server
}
const at = ({ host, port }: { host: string; port: number }, settings: Partial<MailServerSettings> = {}) => ({
  host,
  port,
  ...settings,
})
const trusted = () => ({ trustedCa: authority.cert })
const sink = (options: SinkOptions) => keep(startSmtpSink(options))
const tlsSink = (options: SinkOptions) =>
  sink({ tls: 'starttls', certificate: local, login: good, ...options })

/** A sink behind STARTTLS with a login, that refuses or drops as told. */
const behindTls = async (
  options: SinkOptions,
  secrets: Partial<MailServerSecrets> = known,
): Promise<Attempt> => ({
  settings: at(await tlsSink(options), { encryption: 'starttls', ...trusted(), ...login }),
  secrets,
})
const inClear = async (options: SinkOptions): Promise<Attempt> => ({ settings: at(await sink(options)) })
const refusing =
  (step: 'auth' | 'mail-from' | 'rcpt-to' | 'data' | 'connect', code: number, text: string) => () =>
    step === 'auth'
      ? behindTls({ refuse: { [step]: { code, text } } })
      : inClear({ refuse: { [step]: { code, text } } })
const raw = (server: Promise<RawServer>, settings: Partial<MailServerSettings> = {}) =>
  keep(server).then(server => ({ settings: at(server, settings) }))
const implicit = (settings: Partial<MailServerSettings> = {}) => ({
  encryption: 'implicit-tls' as const,
  ...settings,
})
/** A port where nobody listens. */
async function nowhere() {
  const gone = await startBlackHole()
  await gone.close()
  return gone
}
/** A server that takes access tokens, beside an OAuth server that fails as told. */
async function withToken(
  { acceptsToken, ...options }: OauthServerOptions & Pick<SinkOptions, 'acceptsToken'>,
  changes: { revoked?: boolean; settings?: Partial<MailServerSettings>; refuse?: SinkOptions['refuse'] } = {},
): Promise<Attempt> {
  const oauth = await keep(startOauthServer(options))
  const server = await sink({
    tls: 'implicit',
    certificate: local,
    acceptsToken: acceptsToken ?? oauth.accepts,
    refuse: changes.refuse,
  })
  const secrets = { clientSecret: oauthClient.secret, refreshToken: oauth.refreshToken() }
  if (changes.revoked) oauth.withdrawGrant()
  const settings = at(server, {
    ...implicit(trusted()),
    authentication: 'oauth2',
    username: good.username,
    oauth: {
      grant: 'refresh-token',
      authorizationUrl: null,
      tokenUrl: oauth.tokenUrl,
      clientId: oauthClient.id,
      scopes: 'mail',
    },
    ...changes.settings,
  })
  return { settings, secrets }
}
const socks = async (options: SocksOptions, username: string | null = null) => {
  const { host, port } = await keep(startSocksProxy(options))
  return { proxy: { type: 'socks5' as const, host, port, username } }
}
const silentProxy = async (type: 'http' | 'socks5'): Promise<Attempt> => {
  const { host, port } = await keep(startBlackHole())
  return { settings: { proxy: { type, host, port, username: null } } }
}
const otherPin = Array(32).fill('AB').join(':')
const diagnose = { diagnose: true, network: { usualPorts: [] } }
const short = { timeoutSeconds: 0.3 }

const cases: Case[] = [
  {
    cause: 'dns-not-found',
    when: 'the name does not exist',
    arrange: async () => ({ settings: { host: 'mail.invalid' } }),
  },
  {
    cause: 'dns-timeout',
    when: 'the name server keeps silent',
    arrange: async () => {
      const silent = dgram.createSocket('udp4')
      await new Promise<void>(resolve => silent.bind(0, '127.0.0.1', resolve))
      running.push({ close: () => new Promise(resolve => silent.close(() => resolve())) })
      const resolver = new Resolver()
      resolver.setServers([`127.0.0.1:${silent.address().port}`])
      const lookup = (host: string) => resolver.resolve4(host)
      return { settings: { host: 'mail.example.org', ...short }, options: { network: { lookup } } }
    },
  },
  {
    cause: 'connection-refused',
    when: 'nobody listens',
    arrange: async () => {
      const gone = await startBlackHole()
      await gone.close()
      return { settings: at(gone) }
    },
  },
  {
    cause: 'connection-refused',
    when: 'another usual port answers',
    arrange: async () => {
      const gone = await startBlackHole()
      await gone.close()
      const other = await tlsSink({})
      return { settings: at(gone), options: { diagnose: true, network: { usualPorts: [other.port] } } }
    },
    detail: { openEncryption: 'starttls' },
  },
  {
    cause: 'connect-timeout',
    when: 'a firewall drops the packets',
    arrange: () => raw(startUnreachable(), { timeoutSeconds: 0.5 }),
  },
  { cause: 'greeting-timeout', when: 'a black hole', arrange: () => raw(startBlackHole(), short) },
  {
    cause: 'greeting-timeout',
    when: 'a black hole, probed',
    arrange: async () => ({ ...(await raw(startBlackHole(), short)), options: diagnose }),
  },
  ...(['imap', 'pop3', 'ssh', 'unknown'] as const).map(answered => ({
    cause: 'not-smtp' as const,
    when: `${answered} answers`,
    arrange: () => raw(startForeignServer(answered)),
    detail: { answered },
  })),
  {
    cause: 'not-smtp',
    when: 'a web server waits for a request',
    arrange: async () => ({ ...(await raw(startForeignServer('http'), short)), options: diagnose }),
    detail: { answered: 'http' },
  },
  {
    cause: 'not-smtp',
    when: 'TLS to an IMAP port in clear',
    arrange: async () => ({ ...(await raw(startForeignServer('imap'), implicit())), options: diagnose }),
    detail: { answered: 'imap' },
  },
  {
    cause: 'tls-expected',
    when: 'in clear to a port that waits for TLS',
    arrange: async () => {
      const server = await sink({ tls: 'implicit', certificate: local })
      return { settings: at(server, short), options: diagnose }
    },
  },
  {
    cause: 'tls-expected',
    when: 'the port answers with a TLS alert',
    arrange: () => raw(startRawServer(socket => socket.write(Buffer.from([0x15, 3, 1, 0, 2, 2, 10])))),
  },
  {
    cause: 'tls-not-spoken',
    when: 'TLS to a plain port',
    arrange: async () => ({ settings: at(await sink({}), implicit()) }),
  },
  {
    cause: 'tls-not-spoken',
    when: 'TLS to a STARTTLS port, probed',
    arrange: async () => ({ settings: at(await tlsSink({}), implicit()), options: diagnose }),
    detail: { starttls: 'yes' },
  },
  {
    cause: 'starttls-not-offered',
    when: 'the server has no STARTTLS',
    arrange: async () => ({ settings: at(await sink({}), { encryption: 'starttls' }) }),
    detail: { stripped: 'no' },
  },
  {
    cause: 'starttls-not-offered',
    when: 'a firewall overwrites it',
    arrange: () =>
      raw(startScriptedSmtp({ EHLO: '250-raw\r\n250-XXXXXXXA\r\n250 HELP' }), { encryption: 'starttls' }),
    detail: { stripped: 'yes' },
  },
  {
    cause: 'starttls-refused',
    when: 'TLS is not available',
    arrange: () =>
      raw(startScriptedSmtp({ EHLO: '250-raw\r\n250 STARTTLS', STARTTLS: '454 4.7.0 TLS not available' }), {
        encryption: 'starttls',
      }),
  },
  {
    cause: 'starttls-required',
    when: 'encryption is None',
    arrange: () => raw(startScriptedSmtp({ MAIL: '530 5.7.0 Must issue a STARTTLS command first' })),
  },
  {
    cause: 'tls-version',
    when: 'the server stops at TLS 1.1',
    arrange: async () => {
      const old = await createAuthority('Old', 'rsa')
      const certificate = await old.issue(['127.0.0.1'])
      const tlsOptions = {
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      } as const
      return raw(startScriptedSmtp({}, { certificate, tls: 'implicit', tlsOptions }), implicit())
    },
  },
  {
    cause: 'certificate-self-signed',
    when: 'implicit TLS',
    arrange: async () => {
      const certificate = await createSelfSigned(['127.0.0.1'])
      return { settings: at(await sink({ tls: 'implicit', certificate }), implicit()) }
    },
  },
  {
    cause: 'certificate-self-signed',
    when: 'STARTTLS',
    arrange: async () => {
      const certificate = await createSelfSigned(['127.0.0.1'])
      return { settings: at(await sink({ tls: 'starttls', certificate }), { encryption: 'starttls' }) }
    },
  },
  {
    cause: 'certificate-untrusted',
    when: 'issued by an unknown authority',
    arrange: async () => ({ settings: at(await tlsSink({}), { encryption: 'starttls' }) }),
    detail: { issuer: 'Latchkey Test CA' },
  },
  {
    cause: 'certificate-untrusted',
    when: 'the unknown root is sent along',
    arrange: async () => {
      const certificate = { ...local, cert: `${local.cert}\n${authority.cert}` }
      return { settings: at(await sink({ tls: 'implicit', certificate }), implicit()) }
    },
  },
  {
    cause: 'certificate-untrusted',
    when: 'another one than the pinned, though trusted',
    arrange: async () => {
      const server = await sink({ tls: 'implicit', certificate: local })
      return { settings: at(server, implicit({ ...trusted(), pinnedCertificate: otherPin })) }
    },
    detail: { reason: 'pin', expected: otherPin },
  },
  {
    cause: 'certificate-expired',
    when: 'it ended yesterday',
    arrange: async () => {
      const certificate = await authority.issue(['127.0.0.1'], { expired: true })
      return { settings: at(await sink({ tls: 'implicit', certificate }), implicit(trusted())) }
    },
  },
  {
    cause: 'certificate-name-mismatch',
    when: 'it is for another name',
    arrange: async () => {
      const certificate = await authority.issue(['mail.example.org'], { kind: 'rsa' })
      return { settings: at(await sink({ tls: 'implicit', certificate }), implicit(trusted())) }
    },
    detail: { certificateFor: 'mail.example.org' },
  },
  {
    cause: 'auth-required',
    when: 'no login is set, the server says 530',
    arrange: async () => inClear({ login: good, loginRequired: true, allowAuthInClear: true }),
  },
  {
    cause: 'auth-required',
    when: 'Postfix says 554 5.7.1 to a missing login',
    arrange: async () =>
      inClear({
        login: good,
        allowAuthInClear: true,
        refuse: {
          'rcpt-to': { code: 554, text: '5.7.1 <client[192.0.2.1]>: Client host rejected: Access denied' },
        },
      }),
  },
  { cause: 'auth-rejected', when: 'wrong password, PLAIN', arrange: () => behindTls({}, wrong) },
  {
    cause: 'auth-rejected',
    when: 'wrong password, LOGIN',
    arrange: () => behindTls({ mechanisms: ['LOGIN'] }, wrong),
  },
  {
    cause: 'auth-rejected',
    when: 'Microsoft 365, wrong password',
    arrange: refusing(
      'auth',
      535,
      '5.7.139 Authentication unsuccessful, the user credentials were incorrect.',
    ),
  },
  {
    cause: 'auth-temporary',
    when: 'the server cannot check now',
    arrange: refusing('auth', 454, '4.7.0 Temporary authentication failure'),
  },
  {
    cause: 'auth-mechanism',
    when: 'a login is set and none is offered',
    arrange: () => behindTls({ login: undefined }),
  },
  {
    cause: 'auth-mechanism',
    when: 'a password, and only tokens are wanted',
    arrange: () => behindTls({ mechanisms: ['XOAUTH2'] }),
    detail: { mechanisms: 'XOAUTH2' },
  },
  {
    cause: 'auth-mechanism',
    when: 'a token, and only passwords are wanted',
    arrange: async () => {
      const { settings, secrets } = await withToken({})
      return {
        settings: {
          ...settings,
          port: (await sink({ tls: 'implicit', certificate: local, login: good })).port,
        },
        secrets,
      }
    },
  },
  {
    cause: 'auth-in-clear-refused',
    when: 'a password without encryption',
    arrange: async () => ({
      settings: at(await sink({ login: good, allowAuthInClear: true }), login),
      secrets: known,
    }),
  },
  {
    cause: 'app-password-required',
    when: 'Gmail',
    arrange: refusing(
      'auth',
      534,
      '5.7.9 Application-specific password required. For more information, go to https://support.google.com',
    ),
  },
  {
    cause: 'basic-auth-disabled',
    when: 'Microsoft 365',
    arrange: refusing(
      'auth',
      535,
      '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    ),
  },
  {
    cause: 'basic-auth-disabled',
    when: 'Microsoft 365, for the mailbox, with a token too',
    arrange: () =>
      withToken(
        {},
        {
          refuse: {
            auth: {
              code: 535,
              text: '5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
            },
          },
        },
      ),
  },
  {
    cause: 'auth-rejected',
    when: 'SendGrid, another username than apikey',
    arrange: refusing(
      'auth',
      535,
      'Authentication failed: The provided authorization grant is invalid, expired, or revoked',
    ),
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the mail server does not accept the token',
    arrange: () => withToken({ acceptsToken: () => false }),
    detail: { reason: 'server' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'Gmail refuses token and account',
    arrange: () =>
      withToken({}, { refuse: { auth: { code: 535, text: '5.7.8 Username and Password not accepted.' } } }),
    detail: { reason: 'server' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the client secret is wrong',
    arrange: () => withToken({ clientSecret: 'another' }),
    detail: { reason: 'client', code: 'invalid_client' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the scope is not allowed',
    arrange: () => withToken({ scopes: [] }),
    detail: { reason: 'scope' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the token URL is a web page',
    arrange: () => withToken({ trouble: 'garbage' }),
    detail: { reason: 'endpoint' },
  },
  {
    cause: 'oauth-token-rejected',
    when: 'the token endpoint keeps silent',
    arrange: () => withToken({ trouble: 'silent' }, { settings: short }),
    detail: { reason: 'endpoint', code: 'ETIMEDOUT' },
  },
  {
    cause: 'oauth-grant-expired',
    when: 'the consent was withdrawn',
    arrange: () => withToken({}, { revoked: true }),
    detail: { code: 'invalid_grant' },
  },
  {
    cause: 'sender-rejected',
    when: 'refused at MAIL',
    arrange: refusing('mail-from', 553, '5.7.1 Not allowed'),
    permanent: true,
  },
  {
    cause: 'sender-rejected',
    when: 'Postfix, in the reply to RCPT',
    arrange: refusing(
      'rcpt-to',
      553,
      '5.7.1 <from@example.org>: Sender address rejected: not owned by user anna',
    ),
    permanent: true,
  },
  {
    cause: 'sender-rejected',
    when: 'Microsoft 365, send-as, after the content',
    arrange: refusing('data', 550, '5.7.60 SMTP; Client does not have permissions to send as this sender'),
    permanent: true,
  },
  {
    cause: 'sender-rejected',
    when: 'SendGrid, unverified',
    arrange: refusing(
      'data',
      550,
      'The from address does not match a verified Sender Identity. Mail cannot be sent',
    ),
    permanent: true,
  },
  {
    cause: 'sender-rejected',
    when: 'Amazon SES, unverified',
    arrange: refusing(
      'data',
      554,
      'Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: from@example.org',
    ),
    permanent: true,
  },
  {
    cause: 'recipient-rejected',
    when: 'Amazon SES, sandbox',
    arrange: refusing(
      'data',
      554,
      'Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: to@example.org',
    ),
    permanent: true,
  },
  {
    cause: 'recipient-rejected',
    when: 'no such user',
    arrange: refusing('rcpt-to', 550, '5.1.1 No such user'),
    permanent: true,
  },
  {
    cause: 'recipient-rejected',
    when: 'the address needs SMTPUTF8',
    arrange: async () => ({
      ...(await inClear({ utf8: false })),
      mail: { envelope: { from: 'from@example.org', to: 'jürgen@example.org' } },
    }),
    detail: { reason: 'smtputf8' },
    permanent: true,
  },
  {
    cause: 'relay-denied',
    when: 'no login is offered',
    arrange: refusing('rcpt-to', 554, '5.7.1 <to@example.org>: Relay access denied'),
    permanent: true,
  },
  {
    cause: 'relay-denied',
    when: 'signed in and still refused',
    arrange: () => behindTls({ refuse: { 'rcpt-to': { code: 550, text: '5.7.1 Relaying denied' } } }),
    permanent: true,
  },
  {
    cause: 'greylisted',
    when: '451 at RCPT',
    arrange: refusing('rcpt-to', 451, '4.7.1 Please try again later'),
  },
  {
    cause: 'greylisted',
    when: '450 by name',
    arrange: refusing('rcpt-to', 450, '4.2.0 <to@example.org>: Recipient address rejected: Greylisted'),
  },
  {
    cause: 'rate-limited',
    when: '421 4.7.x',
    arrange: refusing('mail-from', 421, '4.7.0 Try again later, closing connection'),
  },
  {
    cause: 'rate-limited',
    when: '450 4.7.x',
    arrange: refusing('rcpt-to', 450, '4.7.1 Error: too much mail from 192.0.2.1'),
  },
  {
    cause: 'rate-limited',
    when: 'Gmail, the daily limit',
    arrange: refusing('data', 550, '5.4.5 Daily user sending limit exceeded'),
  },
  {
    cause: 'mailbox-full',
    when: '552 5.2.2',
    arrange: refusing('rcpt-to', 552, '5.2.2 Mailbox full'),
    permanent: true,
  },
  { cause: 'mailbox-full', when: '452 4.2.2', arrange: refusing('rcpt-to', 452, '4.2.2 Over quota') },
  {
    cause: 'message-too-large',
    when: '552 5.3.4 after the content',
    arrange: refusing('data', 552, '5.3.4 Message too big'),
    permanent: true,
  },
  {
    cause: 'message-too-large',
    when: 'announced by SIZE',
    arrange: async () => ({ ...(await inClear({ size: 100 })), mail: { raw: Buffer.alloc(2000, 'x') } }),
    detail: { limit: '100', size: '2000' },
    permanent: true,
  },
  {
    cause: 'content-rejected',
    when: 'taken for spam',
    arrange: refusing('data', 554, '5.7.1 Message rejected as spam'),
    permanent: true,
  },
  {
    cause: 'connection-lost-before-data',
    when: 'cut instead of a greeting',
    arrange: () => raw(startHangUp()),
  },
  { cause: 'connection-lost-before-data', when: 'cut at RCPT', arrange: () => inClear({ drop: 'rcpt-to' }) },
  {
    cause: 'connection-lost-before-data',
    when: 'cut instead of 354',
    arrange: () => raw(startScriptedSmtp({ DATA: null })),
  },
  {
    cause: 'connection-lost-before-data',
    when: 'silence after MAIL',
    arrange: () => raw(startScriptedSmtp({ MAIL: '' }), short),
  },
  { cause: 'outcome-uncertain', when: 'cut after the final dot', arrange: () => inClear({ drop: 'data' }) },
  {
    cause: 'outcome-uncertain',
    when: 'silence after the final dot',
    arrange: () => raw(startScriptedSmtp({ '.': '' }), short),
  },
  {
    cause: 'outcome-uncertain',
    when: 'nonsense after the final dot',
    arrange: () => raw(startScriptedSmtp({ '.': 'what?' })),
  },
  {
    cause: 'proxy-unreachable',
    when: 'nobody listens',
    arrange: async () => {
      const gone = await startBlackHole()
      await gone.close()
      return { settings: { proxy: { type: 'http', host: gone.host, port: gone.port, username: null } } }
    },
  },
  {
    cause: 'proxy-unreachable',
    when: 'it cannot reach the mail server',
    arrange: async () => {
      const proxy = await keep(startHttpProxy())
      const gone = await startBlackHole()
      await gone.close()
      return {
        settings: at(gone, { proxy: { type: 'http', host: proxy.host, port: proxy.port, username: null } }),
      }
    },
    detail: { answered: 'yes' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5, nobody listens',
    arrange: async () => {
      const { host, port } = await nowhere()
      return { settings: { proxy: { type: 'socks5', host, port, username: null } } }
    },
    detail: { answered: 'no' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5, it cannot reach the mail server',
    arrange: async () => ({ settings: at(await nowhere(), await socks({})) }),
    detail: { answered: 'yes' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5 to an HTTP proxy',
    arrange: async () => {
      const { host, port } = await keep(startHttpProxy())
      return { settings: { proxy: { type: 'socks5', host, port, username: null } } }
    },
    detail: { answered: 'yes' },
  },
  {
    cause: 'proxy-unreachable',
    when: 'SOCKS5, it hangs up',
    arrange: async () => {
      const { host, port } = await keep(startHangUp())
      return { settings: { proxy: { type: 'socks5', host, port, username: null } } }
    },
    detail: { answered: 'no' },
  },
  {
    cause: 'proxy-auth',
    when: 'SOCKS5, wrong password',
    arrange: async () => ({
      settings: at(await sink({}), await socks({ login: good }, good.username)),
      secrets: { proxyPassword: 'nonsense' },
    }),
  },
  {
    cause: 'proxy-auth',
    when: 'SOCKS5, it wants a login and none is set',
    arrange: async () => ({ settings: at(await sink({}), await socks({ login: good })) }),
  },
  {
    cause: 'proxy-auth',
    when: 'SOCKS5, a password longer than it can carry',
    arrange: async () => ({
      settings: at(await sink({}), await socks({ login: good }, good.username)),
      secrets: { proxyPassword: 'x'.repeat(256) },
    }),
  },
  {
    cause: 'proxy-auth',
    when: 'wrong proxy password',
    arrange: async () => {
      const proxy = await keep(startHttpProxy({ username: 'proxy', password: 'secret' }))
      const settings = at(await sink({}), {
        proxy: { type: 'http', host: proxy.host, port: proxy.port, username: 'proxy' },
      })
      return { settings, secrets: { proxyPassword: 'nonsense' } }
    },
  },
  {
    cause: 'protocol-error',
    when: 'an unknown refusal of the login',
    arrange: refusing('auth', 550, 'The moon is full'),
  },
  {
    cause: 'protocol-error',
    when: 'the greeting refuses',
    arrange: refusing('connect', 554, 'No SMTP service here'),
  },
  {
    cause: 'protocol-error',
    when: 'nonsense in the middle',
    arrange: () => raw(startScriptedSmtp({ MAIL: 'what?' })),
  },
]

/** What shows only in silence, at the timeout that a form begins with. All of them wait at the same time. */
const patientCases: Case[] = [
  {
    cause: 'dns-timeout',
    when: '10 s: the name server keeps silent',
    arrange: async () => {
      const silent = dgram.createSocket('udp4')
      await new Promise<void>(resolve => silent.bind(0, '127.0.0.1', resolve))
      running.push({ close: () => new Promise(resolve => silent.close(() => resolve())) })
      const resolver = new Resolver({ timeout: 20_000, tries: 1 })
      resolver.setServers([`127.0.0.1:${silent.address().port}`])
      const lookup = (host: string) => resolver.resolve4(host)
      return {
        settings: { host: 'mail.example.org' },
        options: { diagnose: true, network: { lookup, usualPorts: [1] } },
      }
    },
  },
  {
    cause: 'connect-timeout',
    when: '10 s: a firewall, another port is open',
    arrange: async () => {
      const { port } = await tlsSink({})
      const network = { usualPorts: [port] }
      return { ...(await raw(startUnreachable())), options: { diagnose: true, network } }
    },
    detail: { openEncryption: 'starttls' },
  },
  {
    cause: 'greeting-timeout',
    when: '10 s: a black hole',
    arrange: async () => ({ ...(await raw(startBlackHole())), options: diagnose }),
  },
  {
    cause: 'greeting-timeout',
    when: '10 s: a black hole, over TLS',
    arrange: async () => ({ ...(await raw(startBlackHole(), implicit())), options: diagnose }),
  },
  {
    cause: 'greeting-timeout',
    when: '10 s: it is on another port',
    arrange: async () => {
      const { port } = await tlsSink({ tls: 'implicit' })
      const network = { usualPorts: [port] }
      return { ...(await raw(startBlackHole())), options: { diagnose: true, network } }
    },
    detail: { openEncryption: 'implicit-tls' },
  },
  {
    cause: 'not-smtp',
    when: '10 s: a web server waits for a request',
    arrange: async () => ({ ...(await raw(startForeignServer('http'))), options: diagnose }),
    detail: { answered: 'http' },
  },
  {
    cause: 'tls-expected',
    when: '10 s: in clear to a port that waits for TLS',
    arrange: async () => ({
      settings: at(await sink({ tls: 'implicit', certificate: local })),
      options: diagnose,
    }),
  },
  {
    cause: 'tls-not-spoken',
    when: '10 s: TLS to a port that reads on in silence',
    arrange: async () => ({ ...(await raw(startPatientSmtp(), implicit())), options: diagnose }),
  },
  {
    cause: 'connection-lost-before-data',
    when: '10 s: silence after STARTTLS',
    arrange: async () => ({
      ...(await raw(startScriptedSmtp({ EHLO: '250-raw\r\n250 STARTTLS' }), { encryption: 'starttls' })),
      options: diagnose,
    }),
    detail: { stage: 'tls', reason: 'timeout' },
  },
  {
    cause: 'connection-lost-before-data',
    when: '10 s: silence after MAIL',
    arrange: async () => ({ ...(await raw(startScriptedSmtp({ MAIL: '' }))), options: diagnose }),
  },
  {
    cause: 'outcome-uncertain',
    when: '10 s: silence after the final dot',
    arrange: async () => ({ ...(await raw(startScriptedSmtp({ '.': '' }))), options: diagnose }),
  },
  {
    cause: 'oauth-token-rejected',
    when: '10 s: the token endpoint keeps silent',
    arrange: async () => ({ ...(await withToken({ trouble: 'silent' })), options: diagnose }),
    detail: { reason: 'endpoint' },
  },
  {
    cause: 'proxy-unreachable',
    when: '10 s: an HTTP proxy keeps silent',
    arrange: async () => ({ ...(await silentProxy('http')), options: diagnose }),
  },
  {
    cause: 'proxy-unreachable',
    when: '10 s: a SOCKS5 proxy keeps silent',
    arrange: async () => ({ ...(await silentProxy('socks5')), options: diagnose }),
  },
]

let patient: Map<Case, ReturnType<typeof attempt>>
beforeAll(() => {
  patient = new Map(patientCases.map(each => [each, each.arrange().then(attempt)]))
})

/** Causes that a submission cannot have: the queue's own. */
const elsewhere: Cause[] = ['no-worker']

it.each(cases)('$cause: $when', async each => {
  check(each, await attempt(await each.arrange()))
})

it.each(patientCases)('$cause: $when', { timeout: 40_000 }, async each => {
  check(each, await patient.get(each)!)
})

function check(
  { cause, when, permanent = false, detail = {} }: Case,
  { outcome, milliseconds }: Awaited<ReturnType<typeof attempt>>,
) {
  table.push(`${cause.padEnd(28)} ${when.padEnd(44)} ${nameOf(outcome).padEnd(28)} ${milliseconds} ms`)
  expect(outcome, JSON.stringify(outcome.transcript, null, 1)).toMatchObject({
    result: cause === 'outcome-uncertain' ? 'uncertain' : 'failed',
    cause,
    permanent,
    detail,
  })
}

it('covers every cause that belongs to a submission', () => {
  const covered = new Set(cases.map(({ cause }) => cause))
  expect(causes.filter(cause => !covered.has(cause))).toEqual(elsewhere)
})

async function attempt({ settings, secrets, mail, options }: Attempt) {
  const begun = performance.now()
  const outcome = await submit(
    {
      ...plainSettings({ host: '127.0.0.1', port: 1 }),
      mailFrom: 'from@example.org',
      ...settings,
    },
    { ...noSecrets, ...secrets },
    {
      messageId: '<1@latchkey.test>',
      envelope: { from: 'from@example.org', to: 'to@example.org' },
      raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
      ...mail,
    },
    options,
  )
  return { outcome, milliseconds: Math.round(performance.now() - begun) }
}

const nameOf = (outcome: Outcome) => (outcome.result === 'accepted' ? 'accepted' : outcome.cause)
