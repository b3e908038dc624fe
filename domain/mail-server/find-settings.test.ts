// Proposals from an address, with a DNS server and SMTP servers on loopback.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority, createSelfSigned, type TestAuthority } from '@/domain/smtp/testing/certificates'
import { startBlackHole, startForeignServer, startScriptedSmtp } from '@/domain/smtp/testing/raw-server'
import { type SinkOptions, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { type DnsServer, startDnsServer, type Zone } from '@/lib/testing/dns-server'
import { refusalOf } from '@/lib/testing/refusal'
import { findSettings, type Proposal } from './find-settings'

let dns: DnsServer
let authority: TestAuthority
/** The ports that stand for 465 and 587: those of the servers of the test. */
let ports = { 'implicit-tls': 1, starttls: 1 }
let addresses: Record<string, string[]> = {}
let asked: string[] = []
const open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  dns = await startDnsServer()
  authority = await createAuthority()
})
afterAll(() => dns.close())
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
  dns.zone = {}
  ports = { 'implicit-tls': 1, starttls: 1 }
  addresses = {}
  asked = []
})

const find = (email: string, resolver = dns.resolver()) =>
  findSettings(viewer(), email, {
    resolver,
    ports,
    network: {
      trustedCa: authority.cert,
      async lookup(host) {
        asked.push(host)
        const found = addresses[host]
        if (!found) throw Object.assign(new Error(host), { code: 'ENOTFOUND' })
        return found
      },
    },
  })

/** Each in a line, as it is shown. */
const lines = (proposals: Proposal[]) =>
  proposals.map(({ source, host, port, encryption, answered, certificate }) =>
    [
      source,
      `${host}:${['465', '587'][Object.values(ports).indexOf(port)] ?? port}`,
      encryption,
      answered === null ? 'not asked' : answered ? 'answers' : 'silent',
      ...(certificate ? [certificate.cause, certificate.names] : []),
    ].join(' '),
  )

/** Plays a host: its name, the address it listens on, and how. */
async function host(name: string, address: string, tls: 'implicit' | 'starttls', names = [name]) {
  const encryption = tls === 'implicit' ? 'implicit-tls' : 'starttls'
  const certificate = await authority.issue(names)
  return sink(name, encryption, { host: address, tls, certificate })
}

async function sink(name: string, encryption: keyof typeof ports, options: SinkOptions) {
  const port = ports[encryption] === 1 ? 0 : ports[encryption]
  const server = await startSmtpSink({ ...options, port })
  open.push(server)
  ports[encryption] = server.port
  addresses[name] = [server.host]
  return server
}

const exists = { TXT: ['here'] }

describe('a well-known provider', () => {
  it('is known by the domain of the address, also when DNS is silent', async () => {
    dns.zone = Object.fromEntries(
      ['gmail.com', '_submission._tcp.gmail.com', '_submissions._tcp.gmail.com'].map(name => [
        name,
        'silent',
      ]),
    ) as Zone
    const { proposals, notes } = await find('Anna <anna@gmail.com>')
    expect(proposals).toEqual([
      {
        source: 'provider',
        host: 'smtp.gmail.com',
        port: 465,
        encryption: 'implicit-tls',
        provider: 'gmail',
        username: 'anna@gmail.com',
        answered: null,
        certificate: null,
      },
    ])
    expect(notes).toEqual(['dns-silent'])
    expect(asked).toEqual([])
  })

  it('is there although the DNS of a closed network knows no such domain', async () => {
    const { proposals, notes } = await find('anna@gmail.com')
    expect(lines(proposals)).toEqual(['provider smtp.gmail.com:465 implicit-tls not asked'])
    expect(notes).toEqual([])
  })

  it.each([
    ['anna@GMX.de', 'gmx', 'mail.gmx.net', 587, 'starttls'],
    ['anna@web.de', 'web-de', 'smtp.web.de', 587, 'starttls'],
    ['anna@me.com', 'icloud', 'smtp.mail.me.com', 587, 'starttls'],
    ['anna@fastmail.fm', 'fastmail', 'smtp.fastmail.com', 465, 'implicit-tls'],
    ['anna@hotmail.com', 'outlook', 'smtp-mail.outlook.com', 587, 'starttls'],
    ['anna@ya.ru', 'yandex', 'smtp.yandex.ru', 465, 'implicit-tls'],
    ['anna@aol.com', 'custom', 'smtp.aol.com', 587, 'starttls'],
    ['anna@bluewin.ch', 'custom', 'smtpauths.bluewin.ch', 465, 'implicit-tls'],
  ])('%s: %s at %s, %d, %s', async (email, provider, name, port, encryption) => {
    dns.zone = { [email.split('@')[1]!.toLowerCase()]: exists }
    const { proposals } = await find(email)
    expect(proposals[0]).toMatchObject({ source: 'provider', provider, host: name, port, encryption })
  })

  it('is known by the hosts that take the mail of a domain', async () => {
    dns.zone = {
      'example.test': {
        MX: [
          [10, 'aspmx.l.google.com'],
          [1, 'mx2.unknown.test'],
        ],
      },
    }
    const { proposals } = await find('anna@example.test')
    expect(proposals).toMatchObject([
      { source: 'mx-provider', provider: 'gmail', host: 'smtp.gmail.com', username: 'anna@example.test' },
    ])
  })

  it.each([
    ['example-org.mail.protection.outlook.com', 'microsoft-365', 'smtp.office365.com'],
    ['example-org.a-v1.mx.microsoft', 'microsoft-365', 'smtp.office365.com'],
    ['outlook-de.olc.protection.outlook.com', 'outlook', 'smtp-mail.outlook.com'],
    ['alt1.aspmx.l.google.com', 'gmail', 'smtp.gmail.com'],
    ['aspmx2.googlemail.com', 'gmail', 'smtp.gmail.com'],
    ['in1-smtp.messagingengine.com', 'fastmail', 'smtp.fastmail.com'],
    ['mx01.mail.icloud.com', 'icloud', 'smtp.mail.me.com'],
    ['mail.protonmail.ch', 'proton', 'smtp.protonmail.ch'],
    ['mx.yandex.net', 'yandex', 'smtp.yandex.ru'],
    ['mx.zoho.com', 'zoho', 'smtp.zoho.com'],
    ['mx2.zoho.eu', 'zoho', 'smtp.zoho.eu'],
    ['mx00.ionos.com', 'ionos', 'smtp.ionos.com'],
    ['mx01.ionos.co.uk', 'ionos', 'smtp.ionos.co.uk'],
    ['mx00.perfora.net', 'ionos', 'smtp.ionos.com'],
    ['mx00.kundenserver.de', 'ionos', 'smtp.ionos.de'],
    ['mx1.mail.ovh.net', 'ovh', 'ssl0.ovh.net'],
    ['mta-gw.infomaniak.ch', 'infomaniak', 'mail.infomaniak.com'],
    ['spool.mail.gandi.net', 'gandi', 'mail.gandi.net'],
    ['www123.your-server.de', 'hetzner', 'mail.your-server.de'],
  ])('%s takes the mail of customers of %s', async (mx, provider, name) => {
    dns.zone = { 'example.test': { MX: [[10, mx]] } }
    const { proposals } = await find('anna@example.test')
    expect(proposals).toMatchObject([{ source: 'mx-provider', provider, host: name }])
  })

  it.each(['mail.google.com.example.test', 'static.1.0.0.10.clients.your-server.de', 'redirect.ovh.net'])(
    '%s is no such host',
    async mx => {
      dns.zone = { 'example.test': { MX: [[10, mx]] } }
      expect((await find('anna@example.test')).proposals).toEqual([])
    },
  )
})

describe('SRV records', () => {
  it('come with implicit TLS first, then by priority and weight', async () => {
    dns.zone = {
      'example.test': exists,
      '_submission._tcp.example.test': { SRV: [[0, 1, 2587, 'starttls.example.test']] },
      '_submissions._tcp.example.test': {
        SRV: [
          [20, 0, 2465, 'last.example.test'],
          [10, 1, 2465, 'light.example.test'],
          [10, 60, 2465, 'heavy.example.test'],
        ],
      },
    }
    const { proposals } = await find('anna@example.test')
    expect(lines(proposals)).toEqual([
      'srv heavy.example.test:2465 implicit-tls not asked',
      'srv light.example.test:2465 implicit-tls not asked',
      'srv last.example.test:2465 implicit-tls not asked',
      'srv starttls.example.test:2587 starttls not asked',
    ])
    // Other ports than those for submission are never connected to.
    expect(asked.filter(name => !/^(smtp|mail)\./.test(name))).toEqual([])
  })

  it('with the target "." say that it is not offered, so that it is not guessed at either', async () => {
    await host('smtp.example.test', '127.0.0.2', 'implicit')
    await host('smtp.example.test', '127.0.0.2', 'starttls')
    dns.zone = {
      'example.test': exists,
      '_submissions._tcp.example.test': { SRV: [[0, 0, ports['implicit-tls'], 'smtp.example.test']] },
      '_submission._tcp.example.test': { SRV: [[0, 0, 0, '.']] },
    }
    const { proposals, notes } = await find('anna@example.test')
    expect(lines(proposals)).toEqual(['srv smtp.example.test:465 implicit-tls answers'])
    expect(notes).toEqual(['starttls-not-offered'])
  })

  it('of a provider lead to its preset', async () => {
    dns.zone = {
      'example.test': { MX: [[10, 'in1-smtp.messagingengine.com']] },
      '_submissions._tcp.example.test': { SRV: [[0, 1, 465, 'smtp.fastmail.com']] },
    }
    // The hosts behind the MX records lead to the same place, which is listed once.
    expect((await find('anna@example.test')).proposals).toMatchObject([
      { source: 'srv', provider: 'fastmail', host: 'smtp.fastmail.com' },
    ])
  })

  it('with targets that are no host names are passed over', async () => {
    dns.zone = {
      'example.test': exists,
      '_submissions._tcp.example.test': {
        SRV: [
          [0, 0, 465, '127.0.0.1'],
          [0, 0, 465, 'a b'],
        ],
      },
    }
    expect((await find('anna@example.test')).proposals).toEqual([])
  })
})

describe('the usual hosts', () => {
  it('are proposed as far as they answer, with implicit TLS first, each place once', async () => {
    await host('smtp.example.test', '127.0.0.2', 'starttls')
    await host('mail.example.test', '127.0.0.3', 'implicit')
    await host('mx.example.test', '127.0.0.4', 'implicit')
    dns.zone = {
      'example.test': {
        MX: [
          [10, 'mx.example.test'],
          [20, 'mail.example.test'],
        ],
      },
    }
    const { proposals } = await find('anna@example.test')
    expect(lines(proposals)).toEqual([
      'probe mail.example.test:465 implicit-tls answers',
      'probe mx.example.test:465 implicit-tls answers',
      'probe smtp.example.test:587 starttls answers',
    ])
    expect(proposals[0]).toMatchObject({ provider: 'custom', username: 'anna@example.test' })
  })

  it('come after what the domain announces, unless that does not answer', async () => {
    await host('smtp.example.test', '127.0.0.2', 'implicit')
    await host('announced.example.test', '127.0.0.3', 'implicit')
    dns.zone = {
      'example.test': exists,
      '_submissions._tcp.example.test': {
        SRV: [
          [10, 0, ports['implicit-tls'], 'announced.example.test'],
          [0, 0, ports['implicit-tls'], 'gone.example.test'],
        ],
      },
    }
    expect(lines((await find('anna@example.test')).proposals)).toEqual([
      'srv announced.example.test:465 implicit-tls answers',
      'probe smtp.example.test:465 implicit-tls answers',
      'srv gone.example.test:465 implicit-tls silent',
    ])
  })

  it('with a certificate for another name come later, and say so', async () => {
    await host('smtp.example.test', '127.0.0.2', 'implicit', ['*.hoster.test'])
    await host('mail.example.test', '127.0.0.3', 'starttls', ['*.hoster.test'])
    await host('mx.example.test', '127.0.0.4', 'starttls')
    dns.zone = { 'example.test': { MX: [[10, 'mx.example.test']] } }
    expect(lines((await find('anna@example.test')).proposals)).toEqual([
      'probe mx.example.test:587 starttls answers',
      'probe smtp.example.test:465 implicit-tls answers certificate-name-mismatch *.hoster.test',
      'probe mail.example.test:587 starttls answers certificate-name-mismatch *.hoster.test',
    ])
  })

  it('with a certificate that nobody vouches for say that', async () => {
    const certificate = await createSelfSigned(['smtp.example.test'])
    await sink('smtp.example.test', 'implicit-tls', { host: '127.0.0.2', tls: 'implicit', certificate })
    dns.zone = { 'example.test': exists }
    expect(lines((await find('anna@example.test')).proposals)).toEqual([
      'probe smtp.example.test:465 implicit-tls answers certificate-self-signed smtp.example.test',
    ])
  })

  it('without STARTTLS are not proposed', async () => {
    await sink('smtp.example.test', 'starttls', { host: '127.0.0.2', tls: 'none' })
    dns.zone = { 'example.test': exists }
    expect((await find('anna@example.test')).proposals).toEqual([])
    expect(asked).toContain('smtp.example.test')
  })

  it('are not waited for when they keep silent, and hold nobody up', { timeout: 10_000 }, async () => {
    const silent = await startBlackHole()
    open.push(silent)
    ports.starttls = silent.port
    addresses['smtp.example.test'] = [silent.host]
    await host('mail.example.test', '127.0.0.3', 'implicit')
    dns.zone = { 'example.test': exists }
    expect(lines((await find('anna@example.test')).proposals)).toEqual([
      'probe mail.example.test:465 implicit-tls answers',
    ])
  })

  it('that take their time are waited for', async () => {
    const certificate = await authority.issue(['smtp.example.test'])
    const delay = { connect: 1_500 }
    await sink('smtp.example.test', 'implicit-tls', {
      host: '127.0.0.2',
      tls: 'implicit',
      certificate,
      delay,
    })
    dns.zone = { 'example.test': exists }
    expect((await find('anna@example.test')).proposals).toHaveLength(1)
  })

  it('that greet and then keep silent are given up', { timeout: 10_000 }, async () => {
    const certificate = await authority.issue(['smtp.example.test'])
    const silent = await startScriptedSmtp({ EHLO: '' }, { certificate, tls: 'implicit' })
    open.push(silent)
    ports['implicit-tls'] = silent.port
    addresses['smtp.example.test'] = [silent.host]
    dns.zone = { 'example.test': exists }
    expect((await find('anna@example.test')).proposals).toEqual([])
    expect(silent.received()).toContain('EHLO')
  })

  it('that speak something else are not proposed', async () => {
    const web = await startForeignServer('imap')
    open.push(web)
    ports.starttls = web.port
    addresses['smtp.example.test'] = [web.host]
    dns.zone = { 'example.test': exists }
    expect((await find('anna@example.test')).proposals).toEqual([])
  })

  it('hear a greeting and nothing that is secret', async () => {
    const server = await startScriptedSmtp({ EHLO: '250-raw\r\n250 AUTH PLAIN LOGIN' })
    open.push(server)
    ports.starttls = server.port
    addresses['smtp.example.test'] = [server.host]
    dns.zone = { 'example.test': exists }
    await find('anna@example.test')
    expect(server.received()).toMatch(/^EHLO \S+\r\n(QUIT\r\n)?$/)
  })
})

describe('an address', () => {
  it('in an international domain is asked for in ASCII', async () => {
    await host('smtp.xn--bcher-kva.test', '127.0.0.2', 'implicit')
    dns.zone = { 'xn--bcher-kva.test': exists }
    const { proposals, domain } = await find('anna@Bücher.test')
    expect(domain).toBe('xn--bcher-kva.test')
    expect(lines(proposals)).toEqual(['probe smtp.bücher.test:465 implicit-tls answers'])
  })

  it('with letters beyond ASCII is taken, with a word about it', async () => {
    dns.zone = { 'example.test': { MX: [[10, 'mx.zoho.com']] } }
    const { proposals, notes } = await find('änne@example.test')
    expect(proposals).toMatchObject([{ provider: 'zoho', username: 'änne@example.test' }])
    expect(notes).toEqual(['address-not-ascii'])
  })

  it('in a domain that does not exist finds nothing, and nobody is asked', async () => {
    expect(await find('anna@example.test')).toMatchObject({ proposals: [], notes: ['domain-unknown'] })
    expect(asked).toEqual([])
  })

  it('in a domain that exists, without any mail server, finds nothing', async () => {
    dns.zone = { 'example.test': exists }
    expect(await find('anna@example.test')).toMatchObject({ proposals: [], notes: [] })
  })

  it.each([
    ['', 'find-email-required'],
    ['  ', 'find-email-required'],
    ['anna', 'find-email-invalid'],
    ['anna@', 'find-email-invalid'],
    ['anna@localhost', 'find-email-invalid'],
    ['anna@a..b', 'find-email-invalid'],
    ['anna@example.test, otto@example.test', 'find-email-invalid'],
    ['anna@example.test\r\nRCPT TO:<otto@example.test>', 'find-email-invalid'],
    [`${'a'.repeat(1_000_000)}@example.test`, 'find-email-invalid'],
    ['anna@192.0.2.1', 'find-email-literal'],
    ['anna@[192.0.2.1]', 'find-email-literal'],
    ['Anna <anna@[IPv6:2001:db8::1]>', 'find-email-literal'],
    ['anna@0x7f.1', 'find-email-literal'],
  ])('%j is refused: %s', async (email, code) => {
    expect(await refusalOf(find(email))).toBe(code)
  })

  it('is looked up for a system administrator only', async () => {
    for (const role of ['tenant_administrator', 'customer_user'] as const)
      expect(await refusalOf(findSettings(viewer({ role }), 'anna@gmail.com'))).toBe('not-allowed')
  })
})
