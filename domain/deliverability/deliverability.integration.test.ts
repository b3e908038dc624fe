// The whole check against a real DNS server on loopback: a good zone, then one broken in each place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { viewer } from '@/domain/testing/viewers'
import { useTestDatabase } from '@/lib/testing/database'
import { type DnsServer, startDnsServer, type Zone } from '@/lib/testing/dns-server'
import { type Checked, checkDeliverability } from './deliverability'
import { activateDkim, createDkimKeys, type DkimKeyView, readDkimKeys } from './dkim'
import type { Check, Finding } from './finding'
import { broken, goodZone, host, ipv4, ipv6, reverse4, reverse6, withDmarc, withSpf } from './testing/zones'

useTestDatabase()
const root = viewer()
let dns: DnsServer

beforeAll(async () => {
  dns = await startDnsServer()
})
afterAll(() => dns.close())

const own: Checked = { mailFrom: 'Example <noreply@example.org>', host, provider: 'custom' }
const sendgrid: Checked = { ...own, host: 'smtp.sendgrid.net', provider: 'sendgrid' }
const google: Checked = { ...own, host: 'smtp-relay.gmail.com', provider: 'google-relay' }

async function check(zone: Zone, server: Checked = own): Promise<Map<Check, Finding>> {
  dns.zone = zone
  const findings = await checkDeliverability(root, server, { resolver: dns.resolver() })
  return new Map(findings.map(one => [one.check, one]))
}
const told = (finding?: Finding) => [finding?.result, finding?.reason, finding?.publish[0]?.value]

/** What is broken, where it shows, what it is called, and what to publish instead. */
const zones: [string, Zone, Check, Finding['result'], string, string?][] = [
  ['no SPF record', withSpf('hello'), 'spf', 'missing', 'spf-missing', `v=spf1 a:${host} ~all`],
  [
    'two SPF records',
    withSpf('v=spf1 include:a.example -all', `v=spf1 ip4:${ipv4} ~all`),
    'spf',
    'wrong',
    'spf-several',
    `v=spf1 include:a.example ip4:${ipv4} a:${host} -all`,
  ],
  [
    'SPF that lets everybody send',
    withSpf('v=spf1 +all'),
    'spf',
    'wrong',
    'spf-all',
    `v=spf1 a:${host} ~all`,
  ],
  ['SPF with a bare all', withSpf('v=spf1 a all'), 'spf', 'wrong', 'spf-all', `v=spf1 a a:${host} ~all`],
  [
    'SPF that lets everybody send by an include',
    { ...withSpf('v=spf1 redirect=_spf.example.net'), '_spf.example.net': { TXT: ['v=spf1 +all'] } },
    'spf',
    'wrong',
    'spf-all',
    `v=spf1 a:${host} ~all`,
  ],
  [
    'SPF that says nothing of others',
    withSpf(`v=spf1 a:${host} ?all`),
    'spf',
    'wrong',
    'spf-neutral',
    `v=spf1 a:${host} ~all`,
  ],
  [
    'SPF that does not cover the server',
    withSpf('v=spf1 ip4:93.184.215.99 -all'),
    'spf',
    'wrong',
    'spf-not-covered',
    `v=spf1 ip4:93.184.215.99 a:${host} -all`,
  ],
  [
    'SPF that covers one address of two',
    withSpf(`v=spf1 ip4:${ipv4} -all`),
    'spf',
    'wrong',
    'spf-not-covered',
    `v=spf1 ip4:${ipv4} a:${host} -all`,
  ],
  [
    'SPF with too many lookups',
    withSpf(
      `v=spf1 ip4:${ipv4} ip6:${ipv6} ${Array.from({ length: 11 }, (_, n) => `a:h${n}.example.org`).join(' ')} -all`,
    ),
    'spf',
    'wrong',
    'spf-lookups',
  ],
  [
    'SPF with a slip of the pen',
    withSpf(`v=spf1 ipv4:${ipv4} -all`),
    'spf',
    'wrong',
    'spf-syntax',
    `v=spf1 a:${host} -all`,
  ],
  [
    'SPF that includes a name without SPF',
    withSpf(`v=spf1 ip4:${ipv4} include:gone.example.net -all`),
    'spf',
    'wrong',
    'spf-include',
    `v=spf1 ip4:${ipv4} a:${host} -all`,
  ],
  [
    'SPF that includes itself',
    withSpf('v=spf1 include:example.org -all'),
    'spf',
    'wrong',
    'spf-include',
    `v=spf1 a:${host} -all`,
  ],
  ['SPF that DNS does not tell', broken({ 'example.org': 'silent' }), 'spf', 'unknown', 'no-answer'],
  [
    'SPF whose include DNS does not tell',
    { ...withSpf('v=spf1 include:_spf.example.net -all'), '_spf.example.net': 'servfail' },
    'spf',
    'unknown',
    'no-answer',
  ],
  ['a server whose DNS has failed', broken({ [host]: 'servfail' }), 'spf', 'unknown', 'no-answer'],
  [
    'no DMARC record',
    broken({ '_dmarc.example.org': null }),
    'dmarc',
    'missing',
    'dmarc-missing',
    'v=DMARC1; p=none',
  ],
  [
    'two DMARC records',
    withDmarc('v=DMARC1; p=rejct', 'v=DMARC1; p=quarantine'),
    'dmarc',
    'wrong',
    'dmarc-several',
    'v=DMARC1; p=quarantine',
  ],
  [
    'an unknown DMARC policy',
    withDmarc('v=DMARC1; p=monitor; rua=mailto:d@example.org'),
    'dmarc',
    'wrong',
    'dmarc-policy',
    'v=DMARC1; p=none; rua=mailto:d@example.org',
  ],
  [
    'a DMARC record without a policy',
    withDmarc('v=DMARC1; rua=mailto:d@example.org'),
    'dmarc',
    'wrong',
    'dmarc-policy',
    'v=DMARC1; p=none; rua=mailto:d@example.org',
  ],
  [
    'a DMARC record with a misspelt version',
    withDmarc('v=dmarc1 p=reject'),
    'dmarc',
    'wrong',
    'dmarc-syntax',
    'v=DMARC1; p=reject',
  ],
  ['DMARC in other letters', withDmarc('V=dmarc1; P=REJECT'), 'dmarc', 'found', 'dmarc-found'],
  [
    'a DMARC policy with a slip of the pen',
    withDmarc('v=DMARC1; p=rejct; rua=mailto:d@example.org'),
    'dmarc',
    'wrong',
    'dmarc-policy',
    'v=DMARC1; p=reject; rua=mailto:d@example.org',
  ],
  [
    'a DMARC record with a policy for subdomains only',
    withDmarc('v=DMARC1; sp=quarantine'),
    'dmarc',
    'wrong',
    'dmarc-policy',
    'v=DMARC1; p=quarantine; sp=quarantine',
  ],
  [
    'two DMARC records, the weaker one first',
    withDmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
    'dmarc',
    'wrong',
    'dmarc-several',
    'v=DMARC1; p=reject',
  ],
  ['SPF in other letters', withSpf(`V=SPF1 IP4:${ipv4} IP6:${ipv6} -ALL`), 'spf', 'found', 'spf-found'],
  [
    'SPF with macros that are the same for every mail',
    {
      ...withSpf('v=spf1 include:_spf.%{d} -all'),
      '_spf.example.org': { TXT: [`v=spf1 ip4:${ipv4} ip6:${ipv6} -all`] },
    },
    'spf',
    'found',
    'spf-found',
  ],
  [
    'SPF with macros that only a receiver can fill in',
    withSpf('v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.example.net -all'),
    'spf',
    'unknown',
    'spf-sender-unseen',
  ],
  [
    'SPF with a macro in its explanation alone',
    withSpf('v=spf1 ip4:203.0.113.9 exp=why.%{d}.example.net -all'),
    'spf',
    'wrong',
    'spf-not-covered',
    `v=spf1 ip4:203.0.113.9 exp=why.%{d}.example.net a:${host} -all`,
  ],
  [
    'SPF with a macro that says no more than the domain',
    {
      ...withSpf('V=SPF1 Include:_spf.%{D} -ALL'),
      '_spf.example.org': { TXT: ['v=spf1 ip4:203.0.113.9 -all'] },
    },
    'spf',
    'wrong',
    'spf-not-covered',
    `v=spf1 Include:_spf.%{D} a:${host} -ALL`,
  ],
  [
    'SPF with a macro two includes further on',
    {
      ...withSpf('v=spf1 include:one.example.net -all'),
      'one.example.net': { TXT: ['v=spf1 include:two.example.net ~all'] },
      'two.example.net': { TXT: ['v=spf1 exists:%{l}.%{i}.example.net ~all'] },
    },
    'spf',
    'unknown',
    'spf-sender-unseen',
  ],
  [
    'DMARC that begins wrong, with reports',
    withDmarc('DMARC1; p=reject; rua=mailto:d@example.org'),
    'dmarc',
    'wrong',
    'dmarc-syntax',
    'v=DMARC1; p=reject; rua=mailto:d@example.org',
  ],
  [
    'two DMARC records that nobody can follow',
    withDmarc('v=DMARC1; p=rejekt; rua=mailto:d@example.org', 'v=DMARC1; p=quarantaine'),
    'dmarc',
    'wrong',
    'dmarc-several',
    'v=DMARC1; p=reject; rua=mailto:d@example.org',
  ],
  [
    'SPF that leads to such macros',
    withSpf('v=spf1 redirect=%{i}._spf.example.net'),
    'spf',
    'unknown',
    'spf-sender-unseen',
  ],
  ['a DMARC policy that asks for nothing', withDmarc('v=DMARC1; p=none'), 'dmarc', 'found', 'dmarc-none'],
  [
    'DMARC that DNS refuses to tell',
    broken({ '_dmarc.example.org': 'lame' }),
    'dmarc',
    'unknown',
    'no-answer',
  ],
  ['neither SPF nor DKIM that vouches', withSpf('v=spf1 -all'), 'alignment', 'wrong', 'alignment-none'],
  [
    'no MX and no address',
    broken({ 'example.org': { TXT: [`v=spf1 a:${host} -all`] } }),
    'mx',
    'missing',
    'mx-missing',
    `10 ${host}.`,
  ],
  ['no MX, but an address', broken({ 'example.org': { A: [ipv4] } }), 'mx', 'found', 'mx-implicit'],
  ['a null MX', broken({ 'example.org': { MX: [[0, '.']] } }), 'mx', 'wrong', 'mx-null', `10 ${host}.`],
  [
    'an MX that leads nowhere',
    broken({ 'example.org': { MX: [[10, 'gone.example.org']] } }),
    'mx',
    'wrong',
    'mx-no-address',
    `10 ${host}.`,
  ],
  ['an MX that DNS does not tell', broken({ 'example.org': 'servfail' }), 'mx', 'unknown', 'no-answer'],
  ['no PTR', broken({ [reverse4]: null }), 'ptr', 'missing', 'ptr-missing', `${host}.`],
  [
    'a PTR whose name has another address',
    { ...broken({ [reverse6]: { PTR: ['other.example.org'] } }), 'other.example.org': { AAAA: ['2606::1'] } },
    'ptr',
    'wrong',
    'ptr-unconfirmed',
    `${host}.`,
  ],
  ['a PTR that DNS does not tell', broken({ [reverse4]: 'silent' }), 'ptr', 'unknown', 'no-answer'],
  ['a server without an address', broken({ [host]: null }), 'ptr', 'missing', 'ptr-no-address'],
]

describe('the check of a domain', () => {
  it('finds everything where everything is in order, and has nothing to publish', async () => {
    await createDkimKeys(root, 'example.org')
    const findings = await check(await signed(goodZone))
    expect([...findings.values()].map(told)).toEqual([
      ['found', 'spf-found', undefined],
      ['found', 'dkim-signing', undefined],
      ['found', 'dmarc-found', undefined],
      ['found', 'alignment-both', undefined],
      ['found', 'mx-found', undefined],
      ['found', 'ptr-found', undefined],
    ])
  })

  it.each(zones)('with %s', async (_what, zone, where, result, reason, publish) => {
    expect(told((await check(zone)).get(where))).toEqual([result, reason, publish])
  })

  it('never calls missing what no server answers for', async () => {
    const names = [...Object.keys(goodZone), ...keyNames(await createDkimKeys(root, 'example.org'))]
    const findings = await check(Object.fromEntries(names.map(name => [name, 'silent' as const])))
    expect([...findings.values()].map(({ result }) => result)).toEqual(Array(6).fill('unknown'))
  })

  it('takes the policy of the organisation for a domain below it, with its word for subdomains', async () => {
    const server = { ...own, mailFrom: 'noreply@mail.example.org' }
    const findings = await check(withDmarc('v=DMARC1; p=reject; sp=none'), server)
    expect(told(findings.get('dmarc'))).toEqual(['found', 'dmarc-none', undefined])
    const missing = (await check(broken({ '_dmarc.example.org': null }), server)).get('dmarc')
    expect(missing?.publish[0]?.name).toBe('_dmarc.example.org')
  })

  it('judges no private address by what the world cannot see', async () => {
    const findings = await check(broken({ [host]: { A: ['10.0.0.5'] } }))
    expect([...findings.values()].map(({ result }) => result)).toEqual([
      'unknown',
      'missing',
      'found',
      'unknown',
      'found',
      'unknown',
    ])
  })

  it('reads an international domain in its ASCII form', async () => {
    const zone = { ...goodZone, 'xn--mller-kva.example': { TXT: [`v=spf1 a:${host} -all`] } }
    const findings = await check(zone, { ...own, mailFrom: 'post@müller.example' })
    expect(told(findings.get('spf'))).toEqual(['found', 'spf-found', undefined])
  })
})

describe('the check of a provider', () => {
  it('asks for its include, and not for the addresses that it takes mail at', async () => {
    const missing = await check(withSpf(`v=spf1 ip4:${ipv4} -all`), sendgrid)
    expect(told(missing.get('spf'))).toEqual([
      'wrong',
      'spf-not-covered',
      `v=spf1 ip4:${ipv4} include:sendgrid.net -all`,
    ])
    const zone = {
      ...withSpf('v=spf1 include:_all.example.org ~all'),
      '_all.example.org': { TXT: ['v=spf1 include:sendgrid.net ~all'] },
      'sendgrid.net': { TXT: ['v=spf1 ip4:167.89.0.0/17 ~all'] },
    }
    const findings = await check(zone, sendgrid)
    expect(told(findings.get('spf'))).toEqual(['found', 'spf-found', undefined])
    expect(findings.has('ptr')).toBe(false)
  })

  it.each([
    'v=spf1 include:%{i}._ip.%{h}._ehlo.%{d}._spf.vali.email ~all',
    'v=spf1 exists:%{i}._spf.example.net -all',
    'v=spf1 redirect=%{l}._spf.example.net',
    'v=spf1 include:_macros.example.org ~all',
  ])('does not ask for its include beside macros: %s', async record => {
    const zone = {
      ...withSpf(record),
      '_macros.example.org': { TXT: ['v=spf1 include:%{s}.example.net ~all'] },
    }
    expect(told((await check(zone, sendgrid)).get('spf'))).toEqual([
      'unknown',
      'spf-sender-unseen',
      undefined,
    ])
  })

  it('finds its include behind the name of the domain', async () => {
    const zone = {
      ...withSpf('v=spf1 include:%{d}._spf.example.net ~all'),
      'example.org._spf.example.net': { TXT: ['V=SPF1 INCLUDE:sendgrid.net ~all'] },
      'sendgrid.net': { TXT: ['v=spf1 ip4:167.89.0.0/17 ~all'] },
    }
    expect(told((await check(zone, sendgrid)).get('spf'))).toEqual(['found', 'spf-found', undefined])
  })

  it('knows that strict SPF alignment fails where the provider takes the bounces, unless we sign', async () => {
    const zone = withDmarc('v=DMARC1; p=reject; aspf=s; adkim=s')
    expect(told((await check(zone, sendgrid)).get('alignment'))).toEqual([
      'wrong',
      'alignment-strict',
      'v=DMARC1; p=reject; aspf=r; adkim=s',
    ])
    await createDkimKeys(root, 'example.org')
    expect(told((await check(await signed(zone), sendgrid)).get('alignment'))).toEqual([
      'found',
      'alignment-dkim',
      undefined,
    ])
  })

  it('that keeps the envelope sender is aligned by SPF, also strictly', async () => {
    const zone = {
      ...withSpf('v=spf1 include:_spf.google.com ~all'),
      '_spf.google.com': { TXT: ['v=spf1 ip4:74.125.0.0/16 ~all'] },
      '_dmarc.example.org': { TXT: ['v=DMARC1; p=reject; aspf=s; adkim=s'] },
    }
    expect(told((await check(zone, google)).get('alignment'))).toEqual(['found', 'alignment-spf', undefined])
  })

  it('finds the key that the provider signs with, where its selector is known', async () => {
    expect(told((await check(goodZone, google)).get('dkim'))).toEqual([
      'unknown',
      'dkim-provider-unseen',
      undefined,
    ])
    const zone = { ...goodZone, 'google._domainkey.example.org': { TXT: ['v=DMARC1; k=rsa; p=MIIBIj'] } }
    expect(told((await check(zone, google)).get('dkim'))).toEqual(['found', 'dkim-provider', undefined])
  })
})

describe('the check of our own key', () => {
  it('reads the version in any letters', async () => {
    const [rsa] = await createDkimKeys(root, 'example.org')
    const zone = await signed(goodZone)
    zone[rsa!.record.name] = { TXT: [rsa!.record.value.replace('v=DKIM1', 'V=dkim1')] }
    expect(told((await check(zone)).get('dkim'))).toEqual(['found', 'dkim-signing', undefined])
  })

  it.each([
    ['no record', () => null, 'missing', 'dkim-missing'],
    ['the key of somebody else', () => `v=DKIM1; k=rsa; p=${otherKey}`, 'wrong', 'dkim-differs'],
    ['a record cut off', (value: string) => value.slice(0, 255), 'wrong', 'dkim-malformed'],
    ['a revoked key', () => 'v=DKIM1; k=rsa; p=', 'wrong', 'dkim-malformed'],
    ['another version', (value: string) => value.replace('DKIM1', 'DKIM2'), 'wrong', 'dkim-malformed'],
  ] as const)('with %s in its place', async (_what, change, result, reason) => {
    const [rsa] = await createDkimKeys(root, 'example.org')
    const zone = await signed(goodZone)
    const value = change(rsa!.record.value)
    if (value === null) delete zone[rsa!.record.name]
    else zone[rsa!.record.name] = { TXT: [value] }
    const finding = (await check(zone)).get('dkim')
    expect(told(finding)).toEqual([result, reason, rsa!.record.value])
  })

  it('that waits to be published is missing, and so is one that is published and not used', async () => {
    const keys = await createDkimKeys(root, 'example.org')
    const waiting = (await check(goodZone)).get('dkim')
    expect(waiting).toMatchObject({ result: 'missing', publish: keys.map(({ record }) => record) })
    expect(told((await check(published(goodZone, keys))).get('dkim'))).toEqual([
      'missing',
      'dkim-not-active',
      undefined,
    ])
  })
})

const otherKey =
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB'

const keyNames = (keys: DkimKeyView[]) => keys.map(({ record }) => record.name)

function published(zone: Zone, keys: DkimKeyView[]): Zone {
  return {
    ...zone,
    ...Object.fromEntries(keys.map(({ record: { name, value } }) => [name, { TXT: [value] }])),
  }
}

/** The zone with our keys in it, which sign from now on. */
async function signed(zone: Zone): Promise<Zone> {
  dns.zone = published(zone, await readDkimKeys(root, 'example.org'))
  await activateDkim(root, 'example.org', { resolver: dns.resolver() })
  return dns.zone
}
