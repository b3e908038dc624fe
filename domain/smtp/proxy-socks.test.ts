// Through a SOCKS5 proxy: who resolves the name, and that everything after the tunnel works.
import { beforeAll, expect, it } from 'vitest'
import { type MailServerSettings, noSecrets, plainSettings } from './settings'
import { submit } from './submission'
import { createAuthority, type TestAuthority, type TestCertificate } from './testing/certificates'
import { keep } from './testing/keep'
import { startRawServer } from './testing/raw-server'
import { type SinkOptions, startSmtpSink } from './testing/smtp-sink'
import { type SocksOptions, startSocksProxy } from './testing/socks-server'

const mail = {
  messageId: '<1@latchkey.test>',
  envelope: { from: 'from@example.org', to: 'to@example.org' },
  raw: Buffer.from('Subject: Hello\r\n\r\nHello\r\n'),
}
const login = { username: 'anna', password: 'correct horse' }
const proxyLogin = { username: 'proxy ü', password: 'proxy secret' }
const names = ['127.0.0.1', 'mail.latchkey.test', 'xn--exmple-cua.test']
let authority: TestAuthority
let certificate: TestCertificate
beforeAll(async () => {
  authority = await createAuthority()
  certificate = await authority.issue(names)
})

/** Sends through a proxy to a sink that wants a login; the proxy alone knows where the host is. */
async function send(
  sinkOptions: SinkOptions,
  settings: Partial<MailServerSettings>,
  proxyOptions: SocksOptions = {},
) {
  const sink = await keep(startSmtpSink({ certificate, login, loginRequired: true, ...sinkOptions }))
  const proxy = await keep(startSocksProxy(proxyOptions))
  const { host, port } = proxy
  const username = proxyOptions.login?.username ?? null
  const outcome = await submit(
    {
      ...plainSettings(sink),
      trustedCa: authority.cert,
      authentication: 'password',
      username: login.username,
      proxy: { type: 'socks5', host, port, username },
      ...settings,
    },
    { ...noSecrets, password: login.password, proxyPassword: username && proxyLogin.password },
    mail,
  )
  return { outcome, sink, proxy }
}

it('goes with a login, and then by STARTTLS', async () => {
  const { outcome, sink } = await send({ tls: 'starttls' }, { encryption: 'starttls' }, { login: proxyLogin })
  expect(outcome.result).toBe('accepted')
  expect(sink.mails.length).toBe(1)
  expect(JSON.stringify(outcome)).not.toContain(proxyLogin.password)
})

it('has the proxy resolve the name, and compares the certificate with it', async () => {
  const { outcome, proxy, sink } = await send(
    { tls: 'implicit' },
    { encryption: 'implicit-tls', host: 'mail.latchkey.test' },
    { hosts: { 'mail.latchkey.test': '127.0.0.1' } },
  )
  expect(outcome.result).toBe('accepted')
  expect(proxy.asked).toEqual([`mail.latchkey.test port ${sink.port}`])
})

it('asks for an international name in ASCII', async () => {
  const hosts = { 'xn--exmple-cua.test': '127.0.0.1' }
  const settings = { encryption: 'implicit-tls', host: 'exämple.test' } as const
  const { outcome, proxy } = await send({ tls: 'implicit' }, settings, { hosts })
  expect(outcome.result).toBe('accepted')
  expect(proxy.asked[0]).toContain('xn--exmple-cua.test')
})

it('goes to an IPv6 address', async () => {
  const clear = { credentialsInClear: true }
  const { outcome, proxy } = await send({ host: '::1', allowAuthInClear: true }, clear)
  expect(outcome.result).toBe('accepted')
  expect(proxy.asked[0]).toContain('::1 port ')
})

it('loses no greeting that comes in one piece with the answer of the proxy', async () => {
  const granted = Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])
  const proxy = await keep(
    startRawServer(socket => {
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]))
        socket.once('data', () => socket.write(Buffer.concat([granted, Buffer.from('554 Go away\r\n')])))
      })
    }),
  )
  const { host, port } = proxy
  const settings = {
    ...plainSettings({ host: '127.0.0.1', port: 1 }),
    proxy: { type: 'socks5' as const, host, port, username: null },
  }
  expect(await submit(settings, noSecrets, mail)).toMatchObject({ reply: { code: 554, text: 'Go away' } })
})
