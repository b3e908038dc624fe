// By whose servers the mails of a tenant go: its own or the installation's, why, how many, and what of it others notice.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readAttempt, readMail } from '@/domain/mail-log/mail'
import { listSenders, tenantSenders } from '@/domain/mail-log/senders'
import { readTrouble } from '@/domain/mail-log/trouble'
import { routeOfWaiting, waitOf } from '@/domain/mail-log/wait'
import { setMailServerEnabled, setMailServerPaused } from '@/domain/mail-server/servers'
import { setTenantSender } from '@/domain/mail-server/tenant-policy'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { setPolicy, tenantWith } from '@/domain/mail-server/testing/tenant'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import type { Viewer } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { env, setEnv } from '@/lib/env'
import { useTestDatabase } from '@/lib/testing/database'
import { until } from '@/lib/testing/until'
import { decideCarriers, isOwn } from './carrier'
import { claimMails } from './claim'
import { type MailOrder, moveMails, queueAgain, queueMails } from './outbound-mail'
import { reportOfTest, sendTestMail } from './test-mail'
import { mails } from './testing/rows'
import { mailById, sent, startTestWorker } from './testing/worker'

const test = useTestDatabase()
const root = viewer()
let system: SmtpSink
let own: SmtpSink

beforeEach(async () => {
  setEnv({ privateAddresses: true })
  system = await startSmtpSink()
  own = await startSmtpSink()
})
afterEach(async () => {
  setEnv({ privateAddresses: false })
  await system.close()
  await own.close()
})

const news = (tenantId: string | null, changes: Partial<MailOrder> = {}): MailOrder =>
  ({
    kind: 'password-changed',
    parameters: { name: 'Anna', changedAt: new Date().toISOString() },
    recipient: 'anna@example.org',
    locale: 'en',
    expiresAt: inMinutes(60),
    requestedBy: root,
    tenantId,
    ...changes,
  }) as MailOrder
/** As the alarms queue it: it is never composed here. */
const alarm = (tenantId: string) =>
  news(tenantId, { kind: 'alarm' as MailOrder['kind'] } as Partial<MailOrder>)
const queue = (...orders: MailOrder[]) => transaction(tx => queueMails(tx, orders))
const one = async (order: MailOrder) => (await queue(order))[0] ?? ''
const times = (count: number, order: () => MailOrder) => Array.from({ length: count }, order)
const rankOf = async (id: string) => (await mailById(id)).rank

const server = (name: string) => db().mailServer.findFirstOrThrow({ where: { name } })
const off = (v: Viewer, id: string) => transaction(tx => setMailServerEnabled(tx, v, id, false))
const pause = (v: Viewer, id: string, paused = true) =>
  transaction(tx => setMailServerPaused(tx, v, id, paused))

describe('the carrier of a mail', () => {
  const states = {
    none: async () => {},
    one: async (admin: Viewer) => void (await connectMailServer(admin, own)),
    off: async (admin: Viewer) => off(admin, (await connectMailServer(admin, own)).mailServerId),
    paused: async (admin: Viewer) => pause(admin, (await connectMailServer(admin, own)).mailServerId),
  }
  const table: [
    string,
    Parameters<typeof setPolicy>[1],
    keyof typeof states,
    'account' | 'alarm',
    boolean,
  ][] = [
    ['system servers only', { servers: 'system', accountMails: true }, 'none', 'alarm', false],
    ['own allowed, without any', { servers: 'own-allowed' }, 'none', 'alarm', false],
    ['own allowed', { servers: 'own-allowed' }, 'one', 'alarm', true],
    ['own allowed, switched off', { servers: 'own-allowed' }, 'off', 'alarm', false],
    ['own allowed, in trouble', { servers: 'own-allowed' }, 'paused', 'alarm', true],
    ['falling back', { servers: 'own-allowed', fallsBack: true }, 'paused', 'alarm', false],
    ['falling back, without trouble', { servers: 'own-allowed', fallsBack: true }, 'one', 'alarm', true],
    ['own required, without any', { servers: 'own-required' }, 'none', 'alarm', true],
    ['own required, in trouble', { servers: 'own-required', fallsBack: true }, 'paused', 'alarm', true],
    ['own allowed', { servers: 'own-allowed' }, 'one', 'account', false],
    ['own required', { servers: 'own-required' }, 'one', 'account', false],
    ['own for account mails too', { servers: 'own-allowed', accountMails: true }, 'one', 'account', true],
    [
      'own for account mails, without any',
      { servers: 'own-allowed', accountMails: true },
      'none',
      'account',
      false,
    ],
    [
      'own required for account mails',
      { servers: 'own-required', accountMails: true },
      'none',
      'account',
      true,
    ],
    [
      'falling back with account mails',
      { servers: 'own-allowed', accountMails: true, fallsBack: true },
      'paused',
      'account',
      false,
    ],
  ]

  it.each(table)('%s: %o, servers: %s, %s mail', async (_, policy, state, kind, byOwn) => {
    const { id, admin } = await tenantWith()
    const before = await one(kind === 'alarm' ? alarm(id) : news(id))
    await states[state](admin)
    await setPolicy(id, policy)
    const mail = await one(kind === 'alarm' ? alarm(id) : news(id))
    expect(isOwn(await rankOf(mail))).toBe(byOwn)
    // What waited already goes the same way, and so does what is sent again.
    await decideCarriers([id])
    expect(await rankOf(before)).toBe(await rankOf(mail))
    await db().outboundMail.update({
      where: { id: before },
      data: { state: 'failed', rank: (kind === 'alarm' ? 4 : 2) + (byOwn ? 0 : 10) },
    })
    await transaction(tx => queueAgain(tx, [before]))
    expect(await rankOf(before)).toBe(await rankOf(mail))
  })

  it('is the installation for a rule that says so, unless the tenant must use its own', async () => {
    for (const [policy, byOwn] of [
      [{ servers: 'own-allowed' }, false],
      [{ servers: 'own-required' }, true],
    ] as const) {
      const { id, admin } = await tenantWith()
      await states.one(admin)
      await setPolicy(id, policy)
      const order = alarm(id)
      const parameters = { ...order.parameters, mailServer: 'system' }
      expect(isOwn(await rankOf(await one({ ...order, parameters } as MailOrder)))).toBe(byOwn)
    }
  })

  it('is the tenant of whoever looks after the account now', async () => {
    const [one_, two] = [
      await tenantWith({ servers: 'own-required', accountMails: true }),
      await tenantWith({}),
    ]
    const userId = randomUUID()
    const mail = await one(news(one_.id, { userId }))
    expect(await rankOf(mail)).toBe(12)
    await transaction(tx => moveMails(tx, userId, { id: two.id, name: 'Two' }))
    expect(await rankOf(mail)).toBe(2)
    await transaction(tx => moveMails(tx, userId, { id: one_.id, name: 'One' }))
    expect(await rankOf(mail)).toBe(12)
    await transaction(tx => moveMails(tx, userId, null))
    expect(await rankOf(mail)).toBe(2)
  })

  it('of a test is whoever has the server', async () => {
    const { admin } = await tenantWith()
    const input = { name: 'Own', settings: await settings(), secrets, baseVersionId: null }
    const tests = [
      await sendTestMail(admin, input, 'a@example.org'),
      await sendTestMail(root, input, 'a@example.org'),
    ]
    expect(await Promise.all(tests.map(({ id }) => rankOf(id)))).toEqual([10, 0])
  })

  it('is never the installation for what the own servers carry, nor for an older node', async () => {
    const { id } = await tenantWith({ servers: 'own-required', accountMails: true })
    await queue(...times(5, () => news(id)), news(null))
    const claimed = await claimMails({
      workerId: randomUUID(),
      revision: (await db().outboxControl.findFirst())?.revision ?? 0,
      version: { id: randomUUID(), name: 'Any' },
      limit: 10,
    })
    expect(claimed?.map(({ tenantId }) => tenantId)).toEqual([null])
  })
})

const ownMails = { servers: 'own-allowed', accountMails: true } as const

describe('a worker', () => {
  it('sends a mail by the server of its tenant, and says so to each as far as it is theirs', async () => {
    const { id, admin } = await tenantWith(ownMails)
    await connectMailServer(root, system)
    await connectMailServer(admin, own)
    await startTestWorker(test.database)
    const [mine, other] = await queue(news(id), news(null))
    await Promise.all([sent(mine ?? ''), sent(other ?? '')])
    expect([own.mails.length, system.mails.length]).toEqual([1, 1])
    const [attempt] = (await readMail(admin, mine ?? '')).deliveryAttempts
    expect(attempt).toMatchObject({
      route: 'own',
      serverName: 'Sink',
      host: null,
      server: { settings: { port: own.port } },
    })
    expect((await readAttempt(admin, mine ?? '', 1))?.stages).not.toBeNull()
    // The system administrator sees that it went, and nothing of the tenant's server.
    const [told] = (await readMail(root, mine ?? '')).deliveryAttempts
    expect(told).toMatchObject({ route: 'own', serverName: null, server: null, mailServerVersionId: null })
    expect(await readAttempt(root, mine ?? '', 1)).toMatchObject({ stages: null, transcript: null })
    expect((await readMail(root, other ?? '')).deliveryAttempts[0]).toMatchObject({
      route: null,
      serverName: 'Sink',
    })
    expect(await db().tally.count({ where: { what: 'attempt', server: '' } })).toBe(1)
    expect(await tenantSenders(root)).toEqual({ all: 1, troubled: 0 })
    expect(await listSenders(admin)).toHaveLength(1)
  })

  it('falls back while the own server is in trouble, and returns to it', async () => {
    const { id, admin } = await tenantWith({ ...ownMails, fallsBack: true })
    await connectMailServer(root, system)
    own.options.refuse = { connect: { code: 421, text: 'down' } }
    const { mailServerId } = await connectMailServer(admin, own)
    await startTestWorker(test.database)
    const mail = await sent(await one(news(id)))
    expect(system.mails).toHaveLength(1)
    expect(mail.deliveryAttempts.at(-1)).toMatchObject({ route: 'fell-back', outcome: 'accepted' })
    expect(await readTrouble(admin)).toMatchObject({
      what: 'own-fell-back',
      servers: [{ name: 'Sink', state: 'broken' }],
    })
    expect(await readTrouble(root)).toBeNull()
    own.options.refuse = {}
    await db().$executeRaw`UPDATE "MailServer" SET "breakerProbeAt" = now() WHERE id = ${mailServerId}::uuid`
    await until(
      async () =>
        (await db().mailServer.findUnique({ where: { id: mailServerId } }))?.breakerOpenedAt === null,
    )
    const next = await sent(await one(news(id)))
    expect(next.deliveryAttempts.at(-1)).toMatchObject({ route: 'own' })
    expect(own.mails).toHaveLength(1)
  })

  it('waits with a mail that must go by an own server until there is one', async () => {
    const { id, admin } = await tenantWith({ servers: 'own-required', accountMails: true })
    await connectMailServer(root, system)
    await startTestWorker(test.database)
    const mail = await one(news(id))
    await sent(await one(news(null)))
    expect(await waitOf(admin, await mailById(mail))).toEqual({ what: 'no-own-server' })
    expect(await waitOf(root, await mailById(mail))).toEqual({ what: 'no-own-server' })
    expect(await readTrouble(admin)).toEqual({ what: 'own-missing' })
    await connectMailServer(admin, own)
    await sent(mail)
    expect([own.mails.length, system.mails.length]).toEqual([1, 1])
  })

  it('sends what waits for the own servers by the installation, once the tenant may have none', async () => {
    const { id, admin } = await tenantWith(ownMails)
    await connectMailServer(root, system)
    const { mailServerId } = await connectMailServer(admin, own)
    await pause(admin, mailServerId)
    await startTestWorker(test.database)
    const mail = await one(news(id))
    expect(await waitOf(admin, await mailById(mail))).toMatchObject({
      what: 'own-servers',
      servers: [{ state: 'paused' }],
    })
    expect(await waitOf(root, await mailById(mail))).toEqual({ what: 'own-servers', servers: [] })
    expect(await routeOfWaiting(admin, { id: mail })).toBe('own')
    await setPolicy(id, {})
    expect((await sent(mail)).deliveryAttempts).toMatchObject([{ route: null }])
    // And what was queued in that very moment.
    const [astray = ''] = await mails(1, { tenantId: id, tenantKey: id, rank: 12, state: 'queued' })
    await setPolicy(id, ownMails)
    await setPolicy(id, {})
    await sent(astray)
    expect(own.mails).toEqual([])
  })

  it('lets no tenant with a dead server and a thousand mails delay another, or the installation', async () => {
    const dead = await tenantWith(ownMails)
    const alive = await tenantWith(ownMails)
    await connectMailServer(root, system)
    const black = await startSmtpSink({ hold: 'connect' })
    await connectMailServer(dead.admin, black, { timeoutSeconds: 10 })
    await connectMailServer(alive.admin, own)
    await mails(1_000, {
      tenantId: dead.id,
      rank: 12,
      state: 'queued',
      parameters: { name: 'Anna', changedAt: new Date().toISOString() },
    })
    await startTestWorker(test.database)
    await until(async () => (await db().deliveryAttempt.count({ where: { outcome: 'running' } })) > 0)
    const others = await queue(...times(20, () => news(alive.id)), ...times(20, () => news(null)))
    await until(
      async () => (await db().outboundMail.count({ where: { id: { in: others }, state: 'sent' } })) === 40,
    )
    expect([own.mails.length, system.mails.length]).toEqual([20, 20])
    // The dead one still hangs at its first.
    expect(await db().deliveryAttempt.count({ where: { outcome: 'failed' } })).toBe(0)
    expect(await db().outboundMail.count({ where: { tenantId: dead.id, state: 'sent' } })).toBe(0)
    // The worker that is to end now need not wait for it either.
    await black.close()
  })

  it('connects to no private address for a tenant, unless the installation allows it', async () => {
    setEnv({ privateAddresses: false })
    expect(env().privateAddresses).toBe(false)
    const { id, admin } = await tenantWith(ownMails)
    await connectMailServer(admin, own)
    await connectMailServer(root, system)
    await startTestWorker(test.database)
    const { id: testId } = await sendTestMail(
      admin,
      { name: 'Own', settings: { ...(await settings()), port: own.port }, secrets, baseVersionId: null },
      'anna@example.org',
    )
    const report = await reportOfTest(admin, testId, 20_000)
    expect(report).toMatchObject({ result: 'failed', cause: 'address-private' })
    expect(JSON.stringify(report?.stages)).not.toContain('127.0.0.1')
    const mail = await one(news(id))
    await until(async () => (await mailById(mail)).cause === 'address-private')
    expect(own.reached).toEqual([])
    // Its own are as reachable as ever.
    await sent(await one(news(null)))
  })

  it('writes in the name of the tenant where it may, and blames the server for nothing that is its sender', async () => {
    const { id, admin } = await tenantWith({ senderDomains: ['acme.example'] })
    await setTenantSender(admin, 'Acme <no-reply@acme.example>')
    await connectMailServer(root, system)
    await startTestWorker(test.database)
    await sent(await one(news(id)))
    await sent(await one(news(null)))
    expect(system.mails.map(({ from }) => from)).toEqual([
      'no-reply@acme.example',
      expect.not.stringContaining('acme'),
    ])
    expect(system.mails[0]?.raw).toContain('From: Acme <no-reply@acme.example>')
    system.options.refuse = { 'mail-from': { code: 550, text: '5.7.1 Sender not allowed' } }
    const refused = await one(news(id))
    await until(async () => (await mailById(refused)).state === 'deferred')
    expect(await server('Sink')).toMatchObject({ breakerOpenedAt: null })
    system.options.refuse = {}
    await sent(await one(news(null)))
  })
})

const secrets = { password: null, proxyPassword: null, clientSecret: null, refreshToken: null }
const settings = async () => {
  const { plainSettings } = await import('@/domain/smtp/settings')
  return plainSettings(own)
}

describe('a quota', () => {
  const claim = async (limit = 100) =>
    (await claimMails({
      workerId: randomUUID(),
      revision: (await db().outboxControl.findFirst())?.revision ?? 0,
      version: { id: randomUUID(), name: 'Any' },
      limit,
      tenants: { own: false, quotas: true },
    })) ?? []
  /** How many of each were claimed. */
  const taken = async (limit?: number) => {
    const counts: Record<string, number> = {}
    for (const { kind } of await claim(limit)) counts[kind] = (counts[kind] ?? 0) + 1
    return counts
  }
  const alarms = (id: string, count: number) =>
    mails(count, { tenantId: id, rank: 4, kind: 'alarm', state: 'queued' })
  /** At a time of the day from which a few minutes lead to no other day. */
  const setNoon = () => {
    const now = new Date()
    setClockAhead(86_400_000 - (now.getTime() % 86_400_000) + 43_200_000 + 1_000)
  }

  it('holds back what is beyond it, until the next minute and the next day', async () => {
    setNoon()
    const { id } = await tenantWith({ maxPerMinute: 3, maxPerDay: 5 })
    await queue(...times(20, () => news(id)), news(null))
    expect(await claim()).toHaveLength(4)
    expect(await claim()).toHaveLength(0)
    setClockAhead(60_000 + (await ahead()))
    expect(await claim()).toHaveLength(2)
    setClockAhead(60_000 + (await ahead()))
    expect(await claim()).toHaveLength(0)
    setClockAhead(86_400_000 + (await ahead()))
    await db().outboundMail.updateMany({ data: { expiresAt: new Date('2100-01-01') } })
    expect(await claim()).toHaveLength(3)
  })

  it('is kept by all who claim at once', async () => {
    const { id } = await tenantWith({ maxPerDay: 10 })
    await queue(...times(60, () => news(id)))
    const claims = await Promise.all([claim(7), claim(7), claim(7), claim(7)])
    expect(claims.flat()).toHaveLength(10)
  })

  it('counts a mail once, however often it is tried', async () => {
    const { id } = await tenantWith({ maxPerDay: 3 })
    const [first = ''] = await queue(news(id))
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect(await claim()).toHaveLength(1)
      await db().outboundMail.update({
        where: { id: first },
        data: { state: 'deferred', dueAt: new Date(0) },
      })
    }
    await queue(...times(5, () => news(id)))
    expect(await claim()).toHaveLength(3)
  })

  it('of alarm mails takes nothing of what account mails have, and none of a tenant anything of another', async () => {
    const [loud, quiet] = [await tenantWith({ maxPerMinute: 2 }), await tenantWith({ maxPerMinute: 2 })]
    await alarms(loud.id, 50)
    await alarms(quiet.id, 1)
    expect(await taken()).toEqual({ alarm: 3 })
    await queue(...times(5, () => news(loud.id)))
    expect(await taken()).toEqual({ 'password-changed': 2 })
    // Whoever waits for a mail is not held back.
    await queue(
      ...times(5, () =>
        news(loud.id, {
          kind: 'password-reset',
          parameters: { name: 'Anna', expiresAt: inMinutes(60).toISOString() },
        } as Partial<MailOrder>),
      ),
    )
    expect(await taken()).toEqual({ 'password-reset': 5 })
  })

  it('is told at four fifths, and where a mail waits for it', async () => {
    const { id, admin } = await tenantWith({ maxPerDay: 5 })
    await connectMailServer(root, system)
    await startTestWorker(test.database)
    for (const each of await queue(...times(3, () => news(id)))) await sent(each)
    expect(await readTrouble(admin)).toBeNull()
    await sent(await one(news(id)))
    expect(await readTrouble(admin)).toEqual({
      what: 'quota',
      class: 'account',
      window: 'day',
      used: 4,
      limit: 5,
    })
    await sent(await one(news(id)))
    const held = await one(news(id))
    await sent(await one(news(null)))
    expect(await waitOf(admin, await mailById(held))).toEqual({ what: 'quota', window: 'day', limit: 5 })
    expect(await mailById(held)).toMatchObject({ state: 'queued', attempts: 0 })
    // It was never about the own servers of a tenant.
    await setPolicy(id, { ...ownMails, maxPerDay: 5 })
    await connectMailServer(admin, own)
    await sent(held)
    expect(own.mails).toHaveLength(1)
  })
})

const ahead = async () => {
  const { clockAhead } = await import('@/lib/clock')
  return clockAhead()
}
