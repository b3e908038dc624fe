import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import MailComposer from 'nodemailer/lib/mail-composer'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { queueMail } from '@/domain/outbox/outbound-mail'
import { mailById, sendWaiting } from '@/domain/outbox/testing/worker'
import { startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { type DnsServer, startDnsServer } from '@/lib/testing/dns-server'
import { refusalOf } from '@/lib/testing/refusal'
import { activateDkim, createDkimKeys, deactivateDkim, deleteDkimKeys, readDkimKeys } from './dkim'
import { keysFor, place, sign, signingKeys } from './signing'

useTestDatabase()
const root = viewer()
const mailFrom = 'Example <noreply@example.org>'
let dns: DnsServer

beforeAll(async () => {
  dns = await startDnsServer()
})
beforeEach(() => {
  dns.zone = {}
})
afterAll(() => dns.close())

const activate = (domain = 'example.org') => activateDkim(root, domain, { resolver: dns.resolver() })
const mail = () =>
  new MailComposer({
    from: mailFrom,
    to: 'anna@example.net',
    subject: 'Grüße',
    text: 'Zeile\n\n  Ende \n',
    html: '<p>Zeile</p>',
  })
    .compile()
    .build()

const signMail = async (raw: Buffer, from: string) => sign(raw, keysFor(await signingKeys(), from))

/** Creates keys and publishes those of the algorithms named. */
async function publish(domain = 'example.org', algorithms = ['rsa-sha256', 'ed25519-sha256']) {
  const keys = await createDkimKeys(root, domain)
  for (const { algorithm, record } of keys)
    if (algorithms.includes(algorithm)) dns.zone[record.name] = { TXT: [record.value] }
  return keys
}

/** What mailauth makes of each signature, with the keys that DNS gives it. */
async function verify(raw: Buffer | string) {
  const resolver = dns.resolver()
  const { results } = await dkimVerify(raw, {
    resolver: (name, type) => resolver.resolve(name, type) as never,
  })
  return results.map(
    ({ signingDomain, algo, status }: { signingDomain: string; algo?: string; status: { result: string } }) =>
      [signingDomain, algo, status.result].join(' '),
  )
}

describe('a signed mail', () => {
  it('bears a signature of each key, which verify with the keys in DNS, and not a bit changed', async () => {
    await publish()
    await activate()
    const signed = await signMail(await mail(), mailFrom)
    expect((await verify(signed)).sort()).toEqual([
      'example.org ed25519-sha256 pass',
      'example.org rsa-sha256 pass',
    ])
    const text = signed.toString()
    expect(await verify(text.replace('Zeile', 'Ziele'))).toEqual([
      expect.stringContaining('neutral'),
      expect.stringContaining('neutral'),
    ])
    expect(await verify(text.replace('From: Example', 'From: Evil'))).toEqual([
      expect.stringContaining('fail'),
      expect.stringContaining('fail'),
    ])
  })

  it('verifies also when the second turns while it is being signed', async () => {
    await publish()
    await activate()
    const raw = await mail()
    let time = Date.now()
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => {
      time += 1_000
      return time
    })
    const signed = await signMail(raw, mailFrom).finally(() => clock.mockRestore())
    expect((await verify(signed)).filter(one => one.endsWith('pass'))).toHaveLength(2)
  })

  it('leaves the mail itself as it was', async () => {
    await publish()
    await activate()
    const raw = await mail()
    const signed = await signMail(raw, mailFrom)
    expect(signed.subarray(-raw.length).equals(raw)).toBe(true)
    expect(signed.subarray(0, -raw.length).toString()).toMatch(
      /^DKIM-Signature: .*\r\nDKIM-Signature: .*\r\n$/s,
    )
  })

  it('covers sender, recipient, subject, date and the kind of content', async () => {
    await publish()
    await activate()
    const header = (await signMail(await mail(), mailFrom)).toString().replace(/\r\n[ \t]+/g, ' ')
    const fields = /h=([^;]+)/
      .exec(header)?.[1]
      ?.toLowerCase()
      .split(/\s*:\s*/)
    expect(fields).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type']),
    )
  })

  it('arrives with signatures that still verify, through worker and SMTP', async () => {
    const sink = await startSmtpSink()
    try {
      await publish('latchkey.test')
      await activate('latchkey.test')
      await connectMailServer(root, sink)
      const id = await transaction(tx =>
        queueMail(tx, {
          kind: 'password-changed',
          parameters: { name: 'Änne', changedAt: new Date().toISOString() },
          recipient: 'anna@example.org',
          locale: 'de',
          expiresAt: inMinutes(60),
          requestedBy: root,
        }),
      )
      await sendWaiting()
      expect((await mailById(id)).state).toBe('sent')
      expect(await verify(sink.mails[0]!.raw)).toEqual([
        expect.stringContaining('pass'),
        expect.stringContaining('pass'),
      ])
    } finally {
      await sink.close()
    }
  })

  it('is one from a domain whose keys are active, and no other', async () => {
    await publish()
    const raw = await mail()
    expect(await signMail(raw, mailFrom)).toBe(raw)
    await activate()
    expect(await signMail(raw, 'noreply@example.net')).toBe(raw)
    expect(await signMail(raw, 'noreply@mail.example.org')).toBe(raw)
    expect(await signMail(raw, 'NoReply@EXAMPLE.org')).not.toBe(raw)
    await deactivateDkim(root, 'example.org')
    expect(await signMail(raw, mailFrom)).toBe(raw)
  })

  it('does not leave unsigned when a key fails', async () => {
    await publish()
    await activate()
    const { id } = await db().dkimKey.findFirstOrThrow({ where: { algorithm: 'ed25519-sha256' } })
    await db().dkimKey.update({
      where: { id },
      data: { sealedPrivateKey: keyring().seal('no key', place(id)) },
    })
    await expect(signMail(await mail(), mailFrom)).rejects.toThrow('could not be signed')
    await publish('example.net')
    await activate('example.net')
    expect(await verify(await signMail(await mail(), 'noreply@example.net'))).toEqual([
      'example.net ed25519-sha256 pass',
      'example.net rsa-sha256 pass',
    ])
  })
})

describe('keys', () => {
  it('are an RSA key of 2048 bits and an Ed25519 key, each with its record', async () => {
    const [rsa, ed25519, ...more] = await createDkimKeys(root, 'Example.org')
    expect(more).toEqual([])
    expect(rsa?.record).toMatchObject({ type: 'TXT', name: `${rsa?.selector}._domainkey.example.org` })
    expect(rsa?.record.value).toMatch(/^v=DKIM1; k=rsa; p=MIIBIjANBgkq[\w+/]+={0,2}$/)
    expect(ed25519?.record.value).toMatch(/^v=DKIM1; k=ed25519; p=[\w+/]{43}=$/)
  })

  it('are sealed in their rows, and shown to nobody', async () => {
    const shown = JSON.stringify([
      await createDkimKeys(root, 'example.org'),
      await readDkimKeys(root, 'example.org'),
    ])
    const rows = await db().dkimKey.findMany()
    expect(rows).toHaveLength(2)
    const everything = (await dump()) + shown
    expect(everything).not.toContain('PRIVATE KEY')
    for (const { id, sealedPrivateKey } of rows) {
      const pem = keyring().open(sealedPrivateKey, place(id))
      // The PEM body, and as bytes.
      const body = pem.split('\n').slice(1, -2).join('')
      for (const form of [
        body.slice(0, 60),
        body.slice(-40),
        Buffer.from(body, 'base64').subarray(-32).toString('hex'),
      ])
        expect(everything).not.toContain(form)
    }
  })

  it('exist once for a domain, also when two create them at the same instant', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => refusalOf(createDkimKeys(root, 'example.org'))))
    expect(answers.sort()).toEqual(['dkim-exists', 'dkim-exists', 'done'])
    expect(await db().dkimKey.count()).toBe(2)
    expect(await refusalOf(createDkimKeys(root, 'example.net'))).toBe('done')
  })

  it.each(['', 'no domain', 'exa mple.org', '-.org'])('are not made for %j', async domain => {
    expect(await refusalOf(createDkimKeys(root, domain))).toBe('domain-invalid')
  })

  it('have names never used before', async () => {
    const [first] = await createDkimKeys(root, 'example.org')
    await deleteDkimKeys(root, 'example.org')
    const [second] = await createDkimKeys(root, 'example.org')
    expect(second?.selector).not.toBe(first?.selector)
  })

  it('leave a trace in the audit of what was done with them', async () => {
    await publish()
    await activate()
    await deactivateDkim(root, 'example.org')
    await deleteDkimKeys(root, 'example.org')
    const events = await db().auditEvent.findMany({ orderBy: { at: 'asc' } })
    expect(events.map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual([
      'dkim.activated example.org',
      'dkim.created example.org',
      'dkim.deactivated example.org',
      'dkim.deleted example.org',
    ])
  })
})

describe('signing begins', () => {
  it('only once DNS holds the record', async () => {
    expect(await refusalOf(activate())).toBe('dkim-no-keys')
    const [rsa] = await publish('example.org', [])
    const { name, value } = rsa!.record
    expect(await refusalOf(activate())).toBe('dkim-record-missing')
    dns.zone[name] = { TXT: [value.slice(0, 200)] }
    expect(await refusalOf(activate())).toBe('dkim-record-malformed')
    dns.zone[name] = { TXT: [(await createDkimKeys(root, 'example.net'))[0]!.record.value] }
    expect(await refusalOf(activate())).toBe('dkim-record-differs')
    for (const failure of ['silent', 'servfail', 'lame'] as const) {
      dns.zone[name] = failure
      expect(await refusalOf(activate())).toBe('dns-silent')
    }
    expect(await db().dkimKey.count({ where: { activatedAt: { not: null } } })).toBe(0)
    dns.zone[name] = { TXT: [value] }
    expect(await refusalOf(activate())).toBe('done')
  })

  it('with the RSA key alone while the other is not published, but never with Ed25519 alone', async () => {
    const keys = await publish('example.org', ['rsa-sha256'])
    expect((await activate()).map(({ algorithm }) => algorithm)).toEqual(['rsa-sha256'])
    expect(await verify(await signMail(await mail(), mailFrom))).toEqual(['example.org rsa-sha256 pass'])
    dns.zone[keys[1]!.record.name] = { TXT: [keys[1]!.record.value] }
    expect(await activate()).toHaveLength(2)
    delete dns.zone[keys[0]!.record.name]
    expect(await refusalOf(activate())).toBe('dkim-record-missing')
  })

  it('also with a record in several strings, folded or with spaces in the key', async () => {
    const [rsa] = await publish('example.org', [])
    const { name, value } = rsa!.record
    dns.zone[name] = { TXT: [value.replace('p=', 'p= ').replace(/(.{80})/g, '$1 ')] }
    expect(await refusalOf(activate())).toBe('done')
    expect(await verify(await signMail(await mail(), mailFrom))).toEqual(['example.org rsa-sha256 pass'])
  })
})
