// From an alarm to its mails: what is taken, what the rules make of it, and what is written to whom.

import { randomUUID } from 'node:crypto'
import { simpleParser } from 'mailparser'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { sendWaiting } from '@/domain/outbox/testing/worker'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import type { Viewer } from '@/domain/viewer'
import { setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { databaseKind, dump, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import type { AlarmInput } from './alarm-item'
import { evaluateAlarms, lookForAlarms } from './alarm-work'
import { evaluateSome } from './evaluation'
import { takeAlarms } from './intake'
import type { Outcome } from './outcome'
import { type RuleInput, saveRule } from './rules'
import { endSandbox } from './sandbox'
import { takeTurn } from './turn'

useTestDatabase()
afterAll(endSandbox)

type World = Awaited<ReturnType<typeof twoTenants>>
let world: World

beforeEach(async () => {
  world = await twoTenants()
})

const alarm = (more: Partial<AlarmInput> = {}): AlarmInput => ({
  originator: 'Boiler 7',
  type: 'High temperature',
  severity: 'major',
  details: { temperature: 91 },
  ...more,
})
/** How a recipient is named that stands in the alarm */
const outOf = (path: string) => `$\{${path}}`
const take = (...items: unknown[]) => takeAlarms(world.acme.adminViewer, items)
const evaluate = () => evaluateAlarms(world.acme.id)
const rule = (settings: Partial<RuleInput['settings']> = {}, name = 'All') =>
  saveRule(world.acme.adminViewer, { name, settings: { recipients: ['watch@example.org'], ...settings } })
const mails = () => db().outboundMail.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
const rows = () => db().alarm.findMany({ orderBy: { id: 'asc' } })
const outcomes = async () =>
  (await db().alarmEvent.findMany({ orderBy: { id: 'asc' } })).map(({ kind, outcomes: all }) => [
    kind,
    ...((all ?? []) as Outcome[]).map(({ result }) => result),
  ])
const words = (mail: { parameters: unknown }) =>
  mail.parameters as { subject: string; text: string; html?: string }

describe('intake', () => {
  it('takes what is right, and says of the rest what is wrong and where', async () => {
    const deep: Record<string, unknown> = {}
    let at = deep
    for (let level = 0; level < 10_000; level++) at = at.a = {} as Record<string, unknown>
    const answer = await take(
      alarm(),
      alarm({ severity: 'CRITICAL' as never }),
      'nonsense',
      null,
      alarm({ details: deep }),
      alarm({ details: { text: 'x'.repeat(1_000_000) } }),
      alarm({ details: { a: ['fine', 'not\0fine'] } }),
      alarm({ details: { a: 'half \ud800' } }),
      alarm({ startedAt: 'yesterday' }),
      alarm({ startedAt: '0001-01-01T00:00:00Z' }),
      { ...alarm(), originator: undefined },
      alarm({ customerId: world.other.customerId }),
      alarm({ type: 'Other', customerId: world.acme.customerId }),
      alarm({ status: 'gone' as never }),
    )
    expect(answer.accepted).toBe(2)
    expect(answer.rejected.map(({ index, code, detail }) => [index, code, detail.split(':')[0]])).toEqual([
      [1, 'severity-unknown', 'severity'],
      [2, 'not-an-object', 'the alarm'],
      [3, 'not-an-object', 'the alarm'],
      [4, 'too-deep', expect.stringMatching(/^details\.a\.a/)],
      [5, 'too-large', 'details.text'],
      [6, 'text-invalid', 'details.a[1]'],
      [7, 'text-invalid', 'details.a'],
      [8, 'time-invalid', 'startedAt'],
      [9, 'time-invalid', 'startedAt'],
      [10, 'missing', 'originator'],
      [11, 'customer-not-found', 'customerId'],
      [13, 'status-unknown', 'status'],
    ])
    expect(await db().alarm.count()).toBe(2)
  })

  it('reads times as programs write them', async () => {
    const at = '2026-03-01T12:00:00.000Z'
    const seconds = Date.parse(at) / 1000
    const ways = [
      at,
      '2026-03-01T13:00:00+01:00',
      '2026-03-01 12:00:00',
      '2026-03-01T12:00:00.000000000Z',
      seconds,
      String(seconds),
      seconds * 1000,
      `${seconds}000`,
      seconds * 1e6,
    ]
    await take(...ways.map(startedAt => alarm({ startedAt })))
    const [row, ...others] = await rows()
    expect(others).toEqual([])
    expect(row).toMatchObject({ startedAt: new Date(at), repeats: ways.length - 1 })
  })

  it('knows the same alarm again, and when it is over', async () => {
    await take(alarm())
    await take(alarm({ severity: 'critical' }))
    await take(alarm({ status: 'cleared' }))
    await take(alarm({ status: 'cleared', startedAt: '2026-01-01T00:00:00Z', type: 'Never raised' }))
    await take(alarm())
    expect(
      (await rows()).map(({ type, status, severity, repeats }) => [type, status, severity, repeats]),
    ).toEqual([
      ['High temperature', 'cleared', 'critical', 2],
      ['Never raised', 'cleared', 'major', 0],
      ['High temperature', 'active', 'major', 0],
    ])
    // A late copy of what is over is no news.
    const started = alarm({ startedAt: '2026-02-01T00:00:00Z', type: 'Late' })
    await take(started, { ...started, status: 'cleared' }, started)
    expect((await outcomes()).map(([kind]) => kind)).toEqual([
      'raised',
      'repeated',
      'cleared',
      'cleared',
      'raised',
      'raised',
      'cleared',
    ])
  })

  it('calls that come at the same moment share a commit, and nothing else', async () => {
    const of = (viewer: Viewer, ...items: unknown[]) => takeAlarms(viewer, items)
    const same = alarm({ startedAt: '2026-03-01T12:00:00Z' })
    const { acme, other } = world
    const answers = await Promise.all([
      of(acme.adminViewer, same),
      of(other.adminViewer, same, alarm({ type: 'Door open' })),
      refusalOf(takeAlarms(world.root, [alarm()], { tenantId: randomUUID() })),
      of(acme.adminViewer, same, { ...same, status: 'cleared' }),
      of(
        other.adminViewer,
        alarm({ customerId: acme.customerId }),
        alarm({ type: 'Door open', status: 'cleared' }),
      ),
      of(acme.adminViewer),
    ])
    expect(answers).toMatchObject([
      { accepted: 1 },
      { accepted: 2 },
      'tenant-not-found',
      { accepted: 2 },
      { accepted: 1, rejected: [{ index: 0, code: 'customer-not-found' }] },
      { accepted: 0 },
    ])
    expect(
      (await rows()).map(({ tenantId, type, status, repeats }) => [tenantId, type, status, repeats]),
    ).toEqual(
      expect.arrayContaining([
        [acme.id, 'High temperature', 'cleared', 2],
        [other.id, 'High temperature', 'active', 0],
        [other.id, 'Door open', 'cleared', 1],
      ]),
    )
    expect(await db().alarm.count()).toBe(3)
  })

  it('new ones of several tenants are one write, and one that is there already is looked at by itself', async () => {
    const { acme, other } = world
    const at = (minute: number, more: Partial<AlarmInput> = {}) =>
      alarm({ startedAt: `2026-03-01T12:0${minute}:00Z`, ...more })
    const both = [
      takeAlarms(acme.adminViewer, [at(0), at(1, { customerId: acme.customerId }), at(0)]),
      takeAlarms(other.adminViewer, [at(0), at(2, { fingerprint: 'two', startedAt: undefined })]),
    ]
    expect(await Promise.all(both)).toMatchObject([{ accepted: 3 }, { accepted: 2 }])
    const [{ writes } = { writes: 0 }] = await db().$queryRaw<{ writes: number }[]>`
      SELECT count(DISTINCT xmin::text)::int AS writes FROM "Alarm" WHERE repeats = 0`
    expect(writes).toBe(1)
    expect((await rows()).map(({ repeats }) => repeats).sort()).toEqual([0, 0, 0, 1])
    expect((await outcomes()).map(([kind]) => kind).sort()).toEqual([
      'raised',
      'raised',
      'raised',
      'raised',
      'repeated',
    ])
    await take(at(0), at(3), at(4, { customerId: other.customerId }))
    expect((await rows()).map(({ repeats }) => repeats).sort()).toEqual([0, 0, 0, 0, 2])
  })

  it.runIf(databaseKind() === 'postgres')('whoever is long at one tenant holds up no other', async () => {
    const { acme, other } = world
    let waited: Promise<unknown> = Promise.resolve()
    await transaction(async tx => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${locks.alarms}::int, hashtext(${acme.id}))::text`
      waited = take(alarm())
      expect(await takeAlarms(other.adminViewer, [alarm()])).toMatchObject({ accepted: 1 })
      expect(await db().alarm.count({ where: { tenantId: acme.id } })).toBe(0)
    })
    expect(await waited).toMatchObject({ accepted: 1 })
  })

  it('is of one tenant, and of those who may', async () => {
    const { root, acme, other } = world
    expect(await refusalOf(takeAlarms(acme.userViewer, [alarm()]))).toBe('not-allowed')
    expect(await refusalOf(takeAlarms(root, [alarm()]))).toBe('tenant-required')
    expect(await refusalOf(takeAlarms(acme.adminViewer, [alarm()], { tenantId: other.id }))).toBe(
      'tenant-not-found',
    )
    expect(await refusalOf(takeAlarms(root, [alarm()], { tenantId: root.id }))).toBe('tenant-not-found')
    expect(await refusalOf(take(...Array.from({ length: 1_001 }, () => alarm())))).toBe('too-many-alarms')
    await takeAlarms(root, [alarm()], { tenantId: other.id })
    await take(alarm())
    expect(new Set((await rows()).map(({ tenantId }) => tenantId))).toEqual(new Set([acme.id, other.id]))
  })
})

describe('a rule', () => {
  it('mails those whom it names, and says of each alarm why not', async () => {
    const { acme } = world
    await rule({
      severities: ['critical', 'major'],
      filter: 'details.temperature > 90',
      recipients: [
        'tenant-administrators',
        'customer-users',
        outOf('details.owner.email'),
        'watch@example.org',
      ],
      bcc: ['blind@example.org'],
      replyTo: 'help@example.org',
    })
    await take(
      alarm({
        customerId: acme.customerId,
        details: { temperature: 91, owner: { email: 'owner@example.org' } },
      }),
      alarm({ type: 'Low', severity: 'minor' }),
      alarm({ type: 'Cool', details: { temperature: 20 } }),
    )
    await evaluate()
    expect(await outcomes()).toEqual([
      ['raised', 'mailed'],
      ['raised', 'not-severity'],
      ['raised', 'not-filter'],
    ])
    const sent = await mails()
    expect(sent.map(({ recipient }) => recipient).sort()).toEqual([
      'admin@acme.test',
      'blind@example.org',
      'owner@example.org',
      'user@acme.test',
      'watch@example.org',
    ])
    expect(
      sent.every(({ kind, rank, tenantId }) => kind === 'alarm' && rank === 4 && tenantId === acme.id),
    ).toBe(true)
    expect(await db().alarmMail.count()).toBe(5)
    // Once more changes nothing.
    await evaluate()
    await lookForAlarms()
    expect(await mails()).toHaveLength(5)
  })

  it('sends mails that mail programs put together, and that strangers can stop', async () => {
    const sink: SmtpSink = await startSmtpSink()
    await connectMailServer(world.root, sink)
    await rule({
      cleared: true,
      recipients: ['watch@example.org', 'admin@acme.test'],
      bcc: ['blind@example.org'],
    })
    await take(alarm())
    await evaluate()
    await take(alarm({ status: 'cleared' }))
    await evaluate()
    await sendWaiting()
    const read = await Promise.all(sink.mails.map(async ({ raw }) => simpleParser(raw)))
    await sink.close()
    expect(read).toHaveLength(6)
    const [first] = await rows()
    for (const mail of read) {
      expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
      expect(mail.references).toContain(`alarm-${first?.id}`)
      expect(JSON.stringify(mail.to)).toContain('watch@example.org')
      expect(JSON.stringify(mail.to)).toContain('admin@acme.test')
      expect(JSON.stringify([...mail.headers])).not.toContain('blind@example.org')
    }
    const stoppable = read.filter(mail => mail.headerLines.some(({ key }) => key === 'list-unsubscribe'))
    expect(stoppable).toHaveLength(4)
    const line = stoppable[0]?.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line ?? ''
    const [, token = ''] = /<http:\/\/latchkey\.test\/stop-mails\/([\w-]{43})>/.exec(line) ?? []
    expect(token).not.toBe('')
    expect(read[0]?.text).toContain('Boiler 7')
    const [, acknowledge = ''] = /\/alarm\/([\w-]{43})/.exec(read[0]?.text ?? '') ?? []
    expect(acknowledge).not.toBe('')
    // Neither stands in the database, from which nobody could stop or acknowledge anything.
    const all = await dump()
    expect(all).not.toContain(token)
    expect(all).not.toContain(acknowledge)
  })

  it('fills in templates, and mails the plain facts where one cannot be', async () => {
    await rule({
      subject: '{{ alarm.type }}\r\nBcc: evil@example.org {{ alarm.details.temperature }}°',
      body: '{% for i in (1..100000000) %}x{% endfor %}',
    })
    await rule({ subject: '{{ alarm.type }}\nBcc: x', html: '<b>{{ alarm.originator }}</b>' }, 'HTML')
    await take(alarm({ originator: '<i>Boiler</i>' }))
    await evaluate()
    const [facts, html] = (await mails()).map(words)
    expect(facts?.subject).toBe('Major: High temperature (<i>Boiler</i>)')
    expect(facts?.text).toContain('temperature: 91')
    expect(html?.subject).toBe('High temperature Bcc: x')
    expect(html?.html).toContain('<b>&#60;i&#62;Boiler&#60;/i&#62;</b>')
    const rules = await db().alarmRule.findMany({ orderBy: { position: 'asc' } })
    expect(rules.map(({ problem }) => problem)).toEqual(['template-too-large', null])
  })

  it('whose filter cannot be evaluated says so, and the others go on', async () => {
    await rule({ filter: '$number(details.text) > 1' })
    await rule({}, 'Second')
    await take(alarm({ details: { text: 'x' } }))
    await evaluate()
    expect(await outcomes()).toEqual([['raised', 'filter-failed', 'mailed']])
    const [first] = await db().alarmRule.findMany({ orderBy: { position: 'asc' } })
    expect(first).toMatchObject({
      problem: 'filter-failed',
      problemDetail: expect.stringContaining('number'),
    })
  })

  it('is refused where it cannot be understood, at its field', async () => {
    const refused = async (settings: object) =>
      rule(settings).then(
        () => null,
        error => [error.code, error.options.field],
      )
    expect(await refused({ recipients: ['everybody'] })).toEqual(['alarm-recipient-unknown', 'recipients'])
    expect(await refused({ recipients: [outOf('a b')] })).toEqual(['alarm-recipient-unknown', 'recipients'])
    expect(await refused({ recipients: [] })).toEqual(['alarm-rule-invalid', 'recipients'])
    expect(await refused({ filter: 'a = ' })).toEqual(['alarm-filter-invalid', 'filter'])
    expect(await refused({ subject: '{{ a' })).toEqual(['alarm-template-invalid', 'subject'])
    expect(await refused({ html: '{% include "x" %}' })).toEqual(['alarm-template-invalid', 'html'])
    expect(await refused({ customerId: world.other.customerId })).toEqual([
      'alarm-customer-unknown',
      'customerId',
    ])
    expect(await refused({ quietFrom: '22:00' })).toEqual(['alarm-quiet-incomplete', 'quietTo'])
    expect(await refused({ filter: 'severity = "major"' })).toBeNull()
  })
})

describe('exactly once', () => {
  it('however many look at the same alarms at once', async () => {
    await rule({ perHour: 0 })
    await take(
      ...Array.from({ length: 60 }, (_, n) => alarm({ type: `T${n % 20}`, originator: `O${n % 3}` })),
    )
    await Promise.all(Array.from({ length: 5 }, () => evaluate()))
    while ((await db().alarmEvent.count({ where: { evaluatedAt: null } })) > 0) await lookForAlarms()
    const told = await db().alarmMail.findMany()
    expect(new Set(told.map(({ alarmId }) => alarmId)).size).toBe(60)
    expect(told).toHaveLength(60)
    expect(await mails()).toHaveLength(60)
  })

  it('whoever has lost the turn writes nothing of what was worked out', async () => {
    await rule()
    await take(alarm())
    const turn = await takeTurn(world.acme.id)
    expect(await takeTurn(world.acme.id)).toBeNull()
    await db().alarmTurn.updateMany({ data: { endsAt: new Date(0) } })
    const next = await takeTurn(world.acme.id)
    expect(await evaluateSome(turn!)).toBe(0)
    expect(await mails()).toHaveLength(0)
    expect(await evaluateSome(next!)).toBe(1)
    expect(await evaluateSome(next!)).toBe(0)
    expect(await mails()).toHaveLength(1)
  })
})

const minute = 60_000
let passed = 0
const pass = (minutes: number) => {
  passed = (minutes === 0 ? 0 : passed) + minutes * minute
  setClockAhead(passed)
}

describe('against floods', () => {
  beforeEach(() => {
    passed = 0
  })

  it('what repeats brings one mail within its window, unless it gets worse', async () => {
    await rule({ repeatMinutes: 30 })
    for (let turn = 0; turn < 3; turn++) {
      await take(alarm())
      await evaluate()
      await take(alarm({ status: 'cleared' }))
      await evaluate()
    }
    expect(await mails()).toHaveLength(1)
    await take(alarm({ severity: 'critical' }))
    await evaluate()
    expect(await mails()).toHaveLength(2)
    pass(31)
    await take(alarm({ severity: 'critical' }))
    await evaluate()
    const all = await mails()
    expect(all).toHaveLength(3)
    expect(words(all[2]!).subject).toContain('Still')
  })

  it('a digest is one mail for each recipient with what is for them, the first at the top', async () => {
    await rule({ digestMinutes: 10, recipients: ['watch@example.org', outOf('details.owner')] })
    await take(alarm({ type: 'First', details: { owner: 'one@example.org' } }), alarm({ type: 'Second' }))
    await evaluate()
    await take(alarm({ type: 'Third', details: { owner: 'one@example.org' } }))
    await evaluate()
    expect(await mails()).toHaveLength(0)
    pass(11)
    await lookForAlarms()
    const all = await mails()
    expect(all.map(({ recipient, kind }) => [recipient, kind]).sort()).toEqual([
      ['one@example.org', 'alarm-digest'],
      ['watch@example.org', 'alarm-digest'],
    ])
    const watch = words(all.find(({ recipient }) => recipient === 'watch@example.org')!)
    expect(watch.subject).toBe('3 alarms, first: First')
    expect(watch.text).toMatch(/First[\s\S]*Second[\s\S]*Third/)
    expect(await db().alarmMail.count()).toBe(5)
    await lookForAlarms()
    expect(await mails()).toHaveLength(2)
  })

  it('nobody gets more in an hour than the rule allows, and a last mail says so', async () => {
    await rule({ perHour: 2 })
    for (const type of ['A', 'B', 'C', 'D']) await take(alarm({ type }))
    await evaluate()
    const all = (await mails()).map(words)
    expect(all).toHaveLength(3)
    expect(all[2]?.subject).toMatch(/^No more alarm mails until/)
    expect((await outcomes()).map(([, result]) => result)).toEqual(['mailed', 'mailed', 'limited', 'limited'])
    pass(60)
    await take(alarm({ type: 'E' }))
    await evaluate()
    expect(await mails()).toHaveLength(4)
  })

  it('a flood of others silences no critical alarm: they are counted apart, to the same number', async () => {
    await rule({ perHour: 2 })
    for (const type of ['A', 'B', 'C']) await take(alarm({ type, severity: 'minor' }))
    for (const type of ['D', 'E', 'F', 'G']) await take(alarm({ type, severity: 'critical' }))
    await take(alarm({ type: 'H' }))
    await evaluate()
    expect((await outcomes()).map(([, result]) => result)).toEqual([
      ...['mailed', 'mailed', 'limited'],
      ...['mailed', 'mailed', 'limited', 'limited'],
      'limited',
    ])
    const subjects = (await mails()).map(mail => words(mail).subject)
    expect(subjects).toHaveLength(6)
    expect(
      subjects.filter(subject => /^No more alarm mails until .*, except critical ones$/.test(subject)),
    ).toHaveLength(1)
    expect(subjects.filter(subject => /^No more mails of critical alarms until/.test(subject))).toHaveLength(
      1,
    )
    pass(60)
    await take(alarm({ type: 'I', severity: 'critical' }), alarm({ type: 'J' }))
    await evaluate()
    expect(await mails()).toHaveLength(8)
  })

  it('reminds while nobody has acknowledged', async () => {
    await rule({ reminderMinutes: 15 })
    await take(alarm())
    await evaluate()
    pass(16)
    await lookForAlarms()
    pass(16)
    await lookForAlarms()
    expect((await mails()).map(mail => words(mail).subject.split(':')[0])).toEqual([
      'Major',
      'Not acknowledged',
      'Not acknowledged',
    ])
    await take(alarm({ status: 'acknowledged' }))
    pass(16)
    await lookForAlarms()
    pass(16)
    await lookForAlarms()
    expect(await mails()).toHaveLength(3)
  })

  it('quiet hours hold back what is not critical until they are over', async () => {
    const clock = (hours: number) => new Date(Date.now() + hours * 60 * minute).toISOString().slice(11, 16)
    await rule({ quietFrom: clock(-1), quietTo: clock(1), timeZone: 'UTC' })
    await take(alarm({ type: 'A' }), alarm({ type: 'B', severity: 'critical' }))
    await evaluate()
    const [held, critical] = await mails()
    expect(held!.dueAt.getTime()).toBeGreaterThan(Date.now() + 58 * minute)
    expect(held!.expiresAt.getTime()).toBeGreaterThan(held!.dueAt.getTime())
    expect(critical!.dueAt.getTime()).toBeLessThanOrEqual(Date.now())
  })
})
