// What fails before anybody is asked to sign in: names, ports, protocols, TLS and certificates.
import { createAuthority, createSelfSigned } from '../certificates'
import {
  startBlackHole,
  startForeignServer,
  startRawServer,
  startScriptedSmtp,
  startUnreachable,
} from '../raw-server'
import {
  at,
  authority,
  diagnose,
  type Fault,
  implicit,
  local,
  otherPin,
  raw,
  short,
  silentNameServer,
  sink,
  tlsSink,
  trusted,
} from './arrange'

export const connectionFaults: Fault[] = [
  {
    cause: 'dns-not-found',
    when: 'the name does not exist',
    arrange: async () => ({ settings: { host: 'mail.invalid' } }),
  },
  {
    cause: 'dns-timeout',
    when: 'the name server keeps silent',
    arrange: async () => {
      const { host, lookup } = await silentNameServer()
      return { settings: { host, ...short }, options: { network: { lookup } } }
    },
  },
  {
    cause: 'address-private',
    when: 'it stands for this machine, which is not for tenants',
    concerns: 'server',
    arrange: async () => ({
      settings: { host: 'mail.example.org', ...short },
      options: {
        network: { publicOnly: true, lookup: async () => ['127.0.0.1', '10.0.0.7', '::ffff:192.168.0.1'] },
      },
    }),
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
]
