// The faulty servers that a fault is made of: each is real, on loopback, and closed by `endFaults`.
import dgram from 'node:dgram'
import type { ResolverOptions } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import type { Cause } from '../../causes'
import type { Concern, Mail, SubmitOptions } from '../../outcome'
import { type MailServerSecrets, type MailServerSettings, noSecrets, plainSettings } from '../../settings'
import { createAuthority, type TestAuthority, type TestCertificate } from '../certificates'
import { type OauthServerOptions, oauthClient, startOauthServer } from '../oauth-server'
import { type RawServer, startBlackHole } from '../raw-server'
import { type SinkOptions, startSmtpSink } from '../smtp-sink'
import { type SocksOptions, startSocksProxy } from '../socks-server'

/** What a submission is to be given beside what every one has. */
export type Arrangement = {
  settings?: Partial<MailServerSettings>
  secrets?: Partial<MailServerSecrets>
  mail?: Partial<Mail>
  options?: SubmitOptions
}

/** A way in which a submission fails, and how it must be named. */
export type Fault = {
  cause: Cause
  when: string
  /** Starts what it needs, anew each time. */
  arrange: () => Promise<Arrangement>
  /** Whose trouble it must be called; told where the cause does not say so. */
  concerns?: Concern
  permanent?: boolean
  detail?: Record<string, string>
}

/** Everything that `submit` takes. */
export const submissionOf = ({ settings, secrets, mail, options = {} }: Arrangement) => ({
  settings: {
    ...plainSettings({ host: '127.0.0.1', port: 1 }),
    mailFrom: 'from@example.org',
    ...settings,
  },
  secrets: { ...noSecrets, ...secrets },
  mail: {
    messageId: '<1@latchkey.test>',
    envelope: { from: 'from@example.org', to: 'to@example.org' },
    raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
    ...mail,
  },
  options,
})

export let authority: TestAuthority
/** A certificate of the authority for this machine. */
export let local: TestCertificate
const running: { close(): Promise<void> }[] = []

/** Call before the first fault is arranged. */
export async function beginFaults(): Promise<void> {
  authority = await createAuthority()
  local = await authority.issue(['localhost', '127.0.0.1'])
}

/** Closes every server that was started for a fault. */
export async function endFaults(): Promise<void> {
  await Promise.all(running.splice(0).map(server => server.close()))
}

export const good = { username: 'anna', password: 'correct horse' }
export const login = { authentication: 'password' as const, username: good.username }
export const known = { password: good.password }
export const wrong = { password: 'wrong horse' }

export const keep = async <T extends { close(): Promise<void> }>(server: Promise<T>) => {
  running.push(await server)
  return server
}
export const at = (
  { host, port }: { host: string; port: number },
  settings: Partial<MailServerSettings> = {},
) => ({
  host,
  port,
  ...settings,
})
export const trusted = () => ({ trustedCa: authority.cert })
export const sink = (options: SinkOptions) => keep(startSmtpSink(options))
export const tlsSink = (options: SinkOptions) =>
  sink({ tls: 'starttls', certificate: local, login: good, ...options })

/** A sink behind STARTTLS with a login, that refuses or drops as told. */
export const behindTls = async (
  options: SinkOptions,
  secrets: Partial<MailServerSecrets> = known,
): Promise<Arrangement> => ({
  settings: at(await tlsSink(options), { encryption: 'starttls', ...trusted(), ...login }),
  secrets,
})
export const inClear = async (options: SinkOptions): Promise<Arrangement> => ({
  settings: at(await sink(options)),
})
export const refusing =
  (step: 'auth' | 'mail-from' | 'rcpt-to' | 'data' | 'connect', code: number, text: string) => () =>
    step === 'auth'
      ? behindTls({ refuse: { [step]: { code, text } } })
      : inClear({ refuse: { [step]: { code, text } } })
export const raw = (server: Promise<RawServer>, settings: Partial<MailServerSettings> = {}) =>
  keep(server).then(server => ({ settings: at(server, settings) }))
export const implicit = (settings: Partial<MailServerSettings> = {}) => ({
  encryption: 'implicit-tls' as const,
  ...settings,
})
/** A port where nobody listens. */
export async function nowhere() {
  const gone = await startBlackHole()
  await gone.close()
  return gone
}
/** A name that only a name server knows that never answers. */
export async function silentNameServer(options?: ResolverOptions) {
  const silent = dgram.createSocket('udp4')
  await new Promise<void>(resolve => silent.bind(0, '127.0.0.1', resolve))
  running.push({ close: () => new Promise(resolve => silent.close(() => resolve())) })
  const resolver = new Resolver(options)
  resolver.setServers([`127.0.0.1:${silent.address().port}`])
  return { host: 'mail.example.org', lookup: (host: string) => resolver.resolve4(host) }
}
/** A server that takes access tokens, beside an OAuth server that fails as told. */
export async function withToken(
  { acceptsToken, ...options }: OauthServerOptions & Pick<SinkOptions, 'acceptsToken'>,
  changes: { revoked?: boolean; settings?: Partial<MailServerSettings>; refuse?: SinkOptions['refuse'] } = {},
): Promise<Arrangement> {
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
export const socks = async (options: SocksOptions, username: string | null = null) => {
  const { host, port } = await keep(startSocksProxy(options))
  return { proxy: { type: 'socks5' as const, host, port, username } }
}
export const silentProxy = async (type: 'http' | 'socks5'): Promise<Arrangement> => {
  const { host, port } = await keep(startBlackHole())
  return { settings: { proxy: { type, host, port, username: null } } }
}
export const otherPin = Array(32).fill('AB').join(':')
export const diagnose = { diagnose: true, network: { usualPorts: [] } }
export const short = { timeoutSeconds: 0.3 }
