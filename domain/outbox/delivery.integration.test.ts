// Which mail goes when and by which server: order, turns, failover, breakers and limits.
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { giveBack, takeAllowance } from '@/domain/mail-server/limits'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { until } from '@/lib/testing/until'
import { claimMails } from './claim'
import { type MailOrder, queueMails } from './outbound-mail'
import { mailById, sent, startTestWorker } from './testing/worker'

const test = useTestDatabase()
const root = viewer()
let primary: SmtpSink
let standby: SmtpSink

beforeEach(async () => {
  primary = await startSmtpSink()
  standby = await startSmtpSink()
})
afterEach(async () => {
  await primary.close()
  await standby.close()
})

const news = (changes: Partial<MailOrder> = {}): MailOrder =>
  ({
    kind: 'password-changed',
    parameters: { name: 'Anna', changedAt: new Date().toISOString() },
    recipient: 'anna@example.org',
    locale: 'en',
    expiresAt: inMinutes(60),
    requestedBy: root,
    ...changes,
  }) as MailOrder
const reset = (changes: Partial<MailOrder> = {}): MailOrder =>
  ({
    ...news({ kind: 'password-reset' }),
    parameters: { name: 'Anna', expiresAt: inMinutes(60).toISOString() },
    link: { tokenId: randomUUID(), keyId: 'k1', path: 'reset-password' },
    ...changes,
  }) as MailOrder
const queue = (...orders: MailOrder[]) => transaction(tx => queueMails(tx, orders))
const times = (count: number, order: () => MailOrder) => Array.from({ length: count }, order)

const addStandby = () => connectMailServer(root, standby, {}, {}, true)
const server = (name: string) => db().mailServer.findFirstOrThrow({ where: { name } })
/** As if so much time had passed, for a breaker that waits for its next probe. */
const probeNow = () =>
  db().$executeRaw`UPDATE "MailServer" SET "breakerProbeAt" = now() WHERE "breakerOpenedAt" IS NOT NULL`

describe('the order of mails', () => {
  const claim = async (limit: number) =>
    (await claimMails({
      workerId: randomUUID(),
      revision: (await db().outboxControl.findFirst())?.revision ?? 0,
      version: { id: randomUUID(), name: 'Any' },
      limit,
    })) ?? []

  const tenantOf = async (id: string) => (await mailById(id)).tenantId ?? ''

  it('lets a password reset go before all the invitations that came earlier', async () => {
    await queue(...times(30, news))
    const [id] = await queue(reset())
    expect((await claim(3))[0]?.id).toBe(id)
  })

  it('lets any single mail go before one of very many, of the same tenant too', async () => {
    const tenantId = randomUUID()
    const bulk = await queue(...times(30, () => news({ tenantId, bulk: true })))
    const [id] = await queue(news({ tenantId }))
    const first = (await claim(3)).map(mail => mail.id)
    expect(first[0]).toBe(id)
    expect(bulk).toEqual(expect.arrayContaining(first.slice(1)))
  })

  it('leaves a mail alone until it is due', async () => {
    await queue(news({ afterSeconds: 60 }))
    const [due] = await queue(news({ bulk: true }))
    expect((await claim(10)).map(({ id }) => id)).toEqual([due])
    setClockAhead(61_000)
    expect(await claim(10)).toHaveLength(1)
  })

  it('lets tenants take turns, however many mails one of them has', async () => {
    const [large, small] = [randomUUID(), randomUUID()]
    await queue(...times(60, () => news({ tenantId: large })))
    const late = await queue(...times(3, () => news({ tenantId: small })))
    const first = (await claim(20)).map(({ id }) => id)
    expect(first).toHaveLength(20)
    expect(first).toEqual(expect.arrayContaining(late))
    expect(new Set(first.slice(0, 6).map(id => late.includes(id)))).toEqual(new Set([true, false]))
  })

  it.each([1, 2, 5, 20])('serves no tenant twice while another waits, by claims of %i', async limit => {
    const tenants = Array.from({ length: 50 }, () => randomUUID())
    await queue(...tenants.flatMap(tenantId => times(3, () => news({ tenantId }))))
    const served = new Map<string, number>(tenants.map(tenantId => [tenantId, 0]))
    for (let claimed = 0; claimed < 100; claimed += limit)
      for (const mail of await claim(limit)) {
        const tenantId = await tenantOf(mail.id)
        const times = served.get(tenantId) ?? 0
        expect(times).toBe(Math.min(...served.values()))
        served.set(tenantId, times + 1)
      }
  })

  it('lets tenants take turns with several workers too', async () => {
    const tenants = Array.from({ length: 50 }, () => randomUUID())
    await queue(...tenants.flatMap(tenantId => times(4, () => news({ tenantId }))))
    const counts = new Map<string, number>()
    for (let round = 1; round <= 3; round++) {
      const claims = await Promise.all([claim(5), claim(5), claim(20), claim(20)])
      for (const { id } of claims.flat())
        counts.set(await tenantOf(id), (counts.get(await tenantOf(id)) ?? 0) + 1)
      expect([...counts.values()]).toEqual(Array(50).fill(round))
    }
  })

  it('lets a tenant that comes new go before those that were served meanwhile', async () => {
    const [one, other] = [randomUUID(), randomUUID()]
    await queue(...[one, other].flatMap(tenantId => times(5, () => news({ tenantId }))))
    await claim(3)
    const late = await queue(news({ tenantId: randomUUID() }), news({ tenantId: randomUUID() }))
    const next = (await claim(4)).map(({ id }) => id)
    expect(next).toEqual(expect.arrayContaining(late))
  })

  it('finds a tenant with due mail behind many whose mails are not due yet', async () => {
    const ids = await queue(...times(40, () => news({ tenantId: randomUUID() })))
    await db().outboundMail.updateMany({ where: { id: { in: ids } }, data: { dueAt: inMinutes(5) } })
    const [id] = await queue(news({ tenantId: 'ffffffff-ffff-4fff-8fff-ffffffffffff' }))
    expect((await claim(5)).map(mail => mail.id)).toEqual([id])
  })

  it('gives each mail to one worker', async () => {
    await queue(...times(40, news))
    const claims = await Promise.all(times(4, news).map(() => claim(15)))
    const ids = claims.flat().map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('gives nothing to a worker that goes by settings of yesterday', async () => {
    await connectMailServer(root, primary)
    await queue(news())
    const revision = (await db().outboxControl.findFirstOrThrow()).revision
    const version = { id: randomUUID(), name: 'Any' }
    const asked = { workerId: randomUUID(), version, limit: 5 }
    expect(await claimMails({ ...asked, revision: revision - 1 })).toBeNull()
    expect(await claimMails({ ...asked, revision })).toHaveLength(1)
  })
})

describe('when the primary takes no mail', () => {
  it('the mail leaves by the standby, and by the primary again once a probe went well', async () => {
    const { port } = primary
    await connectMailServer(root, primary)
    await addStandby()
    await primary.close()
    await startTestWorker(test.database)
    const [first = ''] = await queue(news())
    expect(await sent(first)).toMatchObject({
      deliveryAttempts: [
        { serverName: 'Sink', outcome: 'failed', cause: 'connection-refused' },
        { serverName: 'Standby', outcome: 'accepted' },
      ],
    })
    // The next ones do not even try.
    const [second = ''] = await queue(news())
    expect((await sent(second)).deliveryAttempts).toMatchObject([{ serverName: 'Standby' }])
    expect(await server('Sink')).toMatchObject({ breakerCause: 'connection-refused' })
    primary = await startSmtpSink({ port })
    await until(async () => {
      await probeNow()
      return (await server('Sink')).breakerOpenedAt === null
    })
    const [third = ''] = await queue(news())
    expect((await sent(third)).deliveryAttempts).toMatchObject([{ serverName: 'Sink', outcome: 'accepted' }])
    expect((await server('Sink')).breakerProbes).toBe(0)
  })

  it('for one mail alone, that mail waits and the others go on', async () => {
    await connectMailServer(root, primary)
    await addStandby()
    primary.options.refuse = { 'rcpt-to': { code: 451, text: '4.7.1 Greylisted' } }
    await startTestWorker(test.database)
    const [id = ''] = await queue(news())
    await until(async () => (await mailById(id)).state === 'deferred')
    expect(standby.mails).toEqual([])
    expect((await server('Sink')).breakerOpenedAt).toBeNull()
  })

  it('and nobody stands by, the mails wait without being tried over and over', async () => {
    await connectMailServer(root, primary)
    await primary.close()
    await startTestWorker(test.database)
    const ids = await queue(...times(20, news))
    await until(async () => (await server('Sink')).breakerOpenedAt !== null)
    await until(async () => (await db().outboundMail.count({ where: { state: 'sending' } })) === 0)
    const attempts = await db().deliveryAttempt.count()
    expect(attempts).toBeLessThan(5)
    expect(
      await db().outboundMail.count({ where: { id: { in: ids }, state: { in: ['queued', 'deferred'] } } }),
    ).toBe(20)
    primary = await startSmtpSink({ port: primary.port })
    await until(async () => {
      await probeNow()
      return primary.mails.length === 20
    })
  })

  it('because it refuses the login, it is left alone until somebody saves', async () => {
    const locked = await startSmtpSink({
      login: { username: 'anna', password: 'right' },
      allowAuthInClear: true,
    })
    onTestFinished(() => locked.close())
    const login = { authentication: 'password' as const, username: 'anna', credentialsInClear: true }
    await connectMailServer(root, locked, login, { password: 'wrong' })
    await startTestWorker(test.database)
    const [id = ''] = await queue(news())
    await until(async () => (await server('Sink')).breakerCause === 'auth-rejected')
    const { breakerProbeAt } = await server('Sink')
    expect(breakerProbeAt?.getTime()).toBeGreaterThan(Date.now() + 10 * 60_000)
    const tries = locked.reached.filter(step => step === 'auth').length
    await connectMailServer(root, locked, login, { password: 'right' })
    await sent(id)
    expect(tries).toBe(1)
    expect((await server('Sink')).breakerOpenedAt).toBeNull()
  })
})

describe('what a server may be asked to do', () => {
  const perDay = (maxPerDay: number) => ({ maxPerSecond: null, maxPerMinute: null, maxPerDay })

  it('is not exceeded in a minute; the rest waits for the next, or goes by the standby', async () => {
    await connectMailServer(root, primary)
    await addStandby()
    await db().mailServer.updateMany({ where: { name: 'Sink' }, data: { maxPerMinute: 3 } })
    await startTestWorker(test.database)
    await queue(...times(10, news))
    await until(async () => primary.mails.length + standby.mails.length === 10)
    // Once more if the minute turns meanwhile.
    expect([3, 6]).toContain(primary.mails.length)
  })

  it('is left to the worker that has mails for it by one that has none', async () => {
    const { mailServerId } = await connectMailServer(root, primary)
    await db().mailServer.updateMany({ data: { maxPerDay: 5 } })
    await startTestWorker(test.database)
    // Looks again and again while another one has taken almost everything.
    const { takenAt } = await takeAllowance(mailServerId, perDay(5), 4)
    const [first = '', second = ''] = [...(await queue(news())), ...(await queue(news()))]
    await until(async () => (await db().outboundMail.count({ where: { state: 'sent' } })) === 1)
    expect((await db().mailServerUse.findFirstOrThrow()).dayCount).toBe(5)
    // What the other one gives back is noticed, long before the end of the day.
    await giveBack(mailServerId, [takenAt])
    await Promise.all([sent(first), sent(second)])
  })

  it('is given back only to the day, minute and second it was taken from', async () => {
    const { mailServerId } = await connectMailServer(root, primary)
    const { takenAt } = await takeAllowance(mailServerId, perDay(5), 5)
    await giveBack(mailServerId, [new Date(Date.parse(takenAt) - 86_400_000).toISOString()])
    expect(await db().mailServerUse.findFirstOrThrow()).toMatchObject({
      secondCount: 5,
      minuteCount: 5,
      dayCount: 5,
    })
    await giveBack(mailServerId, [takenAt, takenAt])
    expect(await db().mailServerUse.findFirstOrThrow()).toMatchObject({
      secondCount: 3,
      minuteCount: 3,
      dayCount: 3,
    })
  })

  it('is not used up by mails that were never begun there', async () => {
    await connectMailServer(root, primary)
    await db().mailServer.updateMany({ data: { maxPerDay: 12 } })
    primary.options.refuse = { connect: { code: 421, text: '4.3.2 Not now' } }
    await queue(...times(12, news))
    await startTestWorker(test.database)
    await until(async () => (await server('Sink')).breakerProbes > 0)
    await until(async () => (await db().outboundMail.count({ where: { state: 'sending' } })) === 0)
    await until(async () => (await db().mailServerUse.findFirstOrThrow()).dayCount === 1)
    primary.options.refuse = undefined
    await until(async () => (await db().outboundMail.count({ where: { state: 'sent' } })) === 11)
  })

  it('is not exceeded in connections', async () => {
    await connectMailServer(root, primary)
    await db().mailServer.updateMany({ data: { maxConnections: 2 } })
    primary.options.delay = { data: 20 }
    await startTestWorker(test.database)
    await queue(...times(20, news))
    await until(() => primary.mails.length === 20)
    expect(primary.reached.filter(step => step === 'connect').length).toBeLessThanOrEqual(2)
  })

  it('is nothing while an administrator has paused it', async () => {
    await connectMailServer(root, primary)
    await addStandby()
    await db().mailServer.updateMany({ where: { name: 'Sink' }, data: { pausedAt: new Date() } })
    await startTestWorker(test.database)
    const [id = ''] = await queue(news())
    expect((await sent(id)).deliveryAttempts).toMatchObject([{ serverName: 'Standby' }])
  })
})

it('a server that hangs up after each mail still gets all of them, each once', async () => {
  await connectMailServer(root, primary)
  await startTestWorker(test.database)
  await queue(...times(5, news))
  await until(() => primary.mails.length === 5)
  for (let round = 0; round < 3; round++) {
    // The connections that were kept are gone without a word when the next mails come.
    await primary.close()
    const before = primary.mails.length
    primary = await startSmtpSink({ port: primary.port })
    expect(before).toBe(5)
    const ids = await queue(...times(5, news))
    await until(() => primary.mails.length === 5)
    for (const id of ids) expect((await sent(id)).deliveryAttempts).toHaveLength(1)
  }
})

it('a server that takes few mails over one connection gets all of them, none of them is put off', async () => {
  primary.options.sendersPerConnection = 2
  await connectMailServer(root, primary)
  await startTestWorker(test.database)
  const ids = await queue(...times(12, news))
  await until(() => primary.mails.length === 12)
  for (const id of ids) expect((await sent(id)).deliveryAttempts).toHaveLength(1)
})

it('what ended is counted by hour, outcome and time', async () => {
  await connectMailServer(root, primary)
  await startTestWorker(test.database)
  primary.options.refuse = { 'rcpt-to': { code: 550, text: '5.1.1 No such user' } }
  const [bad = ''] = await queue(news())
  await until(async () => (await mailById(bad)).state === 'failed')
  primary.options.refuse = undefined
  for (const id of await queue(news(), news())) await sent(id)
  const tallies = await db().tally.groupBy({
    by: ['what', 'outcome', 'cause', 'server'],
    _sum: { count: true },
  })
  const counted = tallies.map(({ what, outcome, cause, server, _sum }) =>
    [what, outcome, cause, server, _sum.count].join(' '),
  )
  expect(counted.sort()).toEqual([
    'attempt accepted  Sink 2',
    'attempt failed recipient-rejected Sink 1',
    'mail failed recipient-rejected  1',
    'mail sent   2',
  ])
})
