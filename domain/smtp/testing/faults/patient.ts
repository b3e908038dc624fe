// What shows only in silence, at the timeout that a form begins with.
import {
  startBlackHole,
  startForeignServer,
  startPatientSmtp,
  startScriptedSmtp,
  startUnreachable,
} from '../raw-server'
import {
  at,
  diagnose,
  type Fault,
  implicit,
  local,
  raw,
  silentNameServer,
  silentProxy,
  sink,
  tlsSink,
  withToken,
} from './arrange'

export const patientFaults: Fault[] = [
  {
    cause: 'dns-timeout',
    when: '10 s: the name server keeps silent',
    arrange: async () => {
      const { host, lookup } = await silentNameServer({ timeout: 20_000, tries: 1 })
      return {
        settings: { host },
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
    cause: 'server-slow',
    when: '10 s: silence after RCPT',
    arrange: async () => ({ ...(await raw(startScriptedSmtp({ RCPT: '' }))), options: diagnose }),
    detail: { stage: 'rcpt-to' },
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
