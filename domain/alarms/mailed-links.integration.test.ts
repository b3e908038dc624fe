// What the links in mails do, how rules are tried, and how long alarms are kept.
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { deleteOldAlarms } from './alarm-retention'
import { evaluateAlarms } from './alarm-work'
import { acknowledgeAlarm, alarmsOfMail, listAlarms, readAlarm } from './alarms'
import { takeAlarms } from './intake'
import {
  acknowledgeMailed,
  allowMails,
  listStopped,
  readMailedAlarms,
  readStop,
  stopMails,
} from './mailed-links'
import { listRules, moveRule, saveRule, setRuleEnabled } from './rules'
import { endSandbox } from './sandbox'
import { sendTrial, tryRules } from './trial'

useTestDatabase()
afterAll(endSandbox)

let world: Awaited<ReturnType<typeof twoTenants>>
beforeEach(async () => {
  world = await twoTenants()
})
const origin = { address: '192.0.2.9' }
const alarm = { originator: 'Boiler 7', type: 'High temperature', severity: 'major' }
const rule = (settings: object = {}, name = 'All') =>
  saveRule(world.acme.adminViewer, { name, settings: { recipients: ['watch@example.org'], ...settings } })
const raise = async (more: object = {}) => {
  await takeAlarms(world.acme.adminViewer, [{ ...alarm, ...more }])
  await evaluateAlarms(world.acme.id)
}
const onlyMail = () => db().outboundMail.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
const tokens = async () => {
  const { parameters } = await onlyMail()
  const { link, acknowledgeId, stopId } = parameters as {
    link: { keyId: string }
    acknowledgeId: string
    stopId: string
  }
  return {
    acknowledge: keyring().linkToken(link.keyId, acknowledgeId),
    stop: stopId && keyring().linkToken(link.keyId, stopId),
  }
}

describe('the links of a mail', () => {
  it('acknowledge its alarms by a press, once; looking changes nothing', async () => {
    await rule()
    await raise()
    const { acknowledge } = await tokens()
    expect(await readMailedAlarms(acknowledge)).toMatchObject({
      open: 1,
      tenant: 'Acme',
      alarms: [{ status: 'active' }],
    })
    expect(await db().alarm.findMany()).toMatchObject([{ status: 'active' }])
    expect(await acknowledgeMailed(acknowledge, origin)).toBe(1)
    expect(await acknowledgeMailed(acknowledge, origin)).toBe(0)
    expect(await db().alarm.findMany()).toMatchObject([
      { status: 'acknowledged', acknowledgedBy: 'watch@example.org' },
    ])
    expect(await db().auditEvent.findMany({ where: { action: 'alarm.acknowledged' } })).toMatchObject([
      { actor: 'watch@example.org', tenantId: world.acme.id },
    ])
    expect(await readMailedAlarms('x'.repeat(43))).toBeNull()
    expect(await refusalOf(acknowledgeMailed('nonsense', origin))).toBe('link-unknown')
  })

  it('stop the mails of all rules to an address, until the tenant allows them again', async () => {
    await rule()
    await rule({}, 'Another')
    await raise()
    const { stop } = await tokens()
    expect(await readStop(stop)).toEqual({ address: 'watch@example.org', stopped: false, tenant: 'Acme' })
    await stopMails(stop, origin)
    await stopMails(stop, origin)
    expect(await db().auditEvent.count({ where: { action: 'alarm-mails.stopped' } })).toBe(1)
    const before = await db().outboundMail.count()
    await raise({ type: 'Another' })
    expect(await db().outboundMail.count()).toBe(before)
    expect(await listStopped(world.other.adminViewer)).toEqual([])
    const [stopped] = await listStopped(world.acme.adminViewer)
    expect(await refusalOf(allowMails(world.other.adminViewer, stopped!.id))).toBe(
      'alarm-recipient-not-found',
    )
    await allowMails(world.acme.adminViewer, stopped!.id)
    await raise({ type: 'Third' })
    expect(await db().outboundMail.count()).toBe(before + 2)
  })

  it('who has an account cannot stop, and is told of all', async () => {
    await rule({ recipients: ['admin@acme.test'] })
    await raise()
    expect((await tokens()).stop).toBeNull()
  })
})

describe('trying', () => {
  it('says which rules match and why not, who would get what, and keeps nothing', async () => {
    const { adminViewer } = world.acme
    await rule({ severities: ['critical'] }, 'Critical')
    await rule({ filter: 'details.t > 1', subject: 'T {{ alarm.details.t }}' }, 'Warm')
    const json = JSON.stringify({ ...alarm, details: { t: 2 } })
    expect(await tryRules(adminViewer, { json })).toMatchObject([
      { name: 'Critical', why: 'not-severity', mail: null },
      {
        name: 'Warm',
        why: null,
        recipients: [{ address: 'watch@example.org', how: 'to' }],
        mail: { subject: 'T 2' },
      },
    ])
    expect(await db().alarm.count()).toBe(0)
    expect(await db().outboundMail.count()).toBe(0)
    expect(await refusalOf(tryRules(adminViewer, { json: '{' }))).toBe('alarm-json-invalid')
    expect(await refusalOf(tryRules(adminViewer, { json: '{"originator": 1}' }))).toBe('alarm-json-invalid')
    const draft = {
      name: 'Draft',
      settings: { recipients: ['tenant-administrators'], html: '<p>{{ alarm.type }}</p>' },
    }
    expect(await tryRules(adminViewer, { json }, { draft })).toMatchObject([
      {
        name: 'Draft',
        recipients: [{ address: 'admin@acme.test' }],
        mail: { html: expect.stringContaining('<p>High') },
      },
    ])
    await sendTrial(adminViewer, { json }, { draft })
    expect(await db().outboundMail.findMany()).toMatchObject([
      { recipient: 'admin@acme.test', kind: 'alarm' },
    ])
    const [critical] = await listRules(adminViewer)
    expect(await refusalOf(sendTrial(adminViewer, { json }, { ruleId: critical!.id }))).toBe(
      'alarm-rule-not-matching',
    )
    expect(await refusalOf(tryRules(world.other.adminViewer, { json }, { ruleId: critical!.id }))).toBe(
      'alarm-rule-not-found',
    )
  })
})

describe('alarms', () => {
  it('are listed newest first, page by page, with what became of them', async () => {
    const { adminViewer } = world.acme
    await rule()
    await takeAlarms(
      adminViewer,
      Array.from({ length: 120 }, (_, n) => ({
        ...alarm,
        type: `T${n}`,
        severity: n % 2 ? 'major' : 'minor',
      })),
    )
    const first = await listAlarms(adminViewer)
    const second = await listAlarms(adminViewer, {}, { before: first.older })
    const third = await listAlarms(adminViewer, {}, { before: second.older })
    const all = [...first.alarms, ...second.alarms, ...third.alarms].map(({ id }) => id)
    expect(new Set(all).size).toBe(120)
    expect(third.older).toBeUndefined()
    expect((await listAlarms(adminViewer, {}, { after: third.newer })).alarms.map(({ id }) => id)).toEqual(
      second.alarms.map(({ id }) => id),
    )
    expect(
      (await listAlarms(adminViewer, { severity: 'minor', status: 'active' })).alarms.every(
        ({ severity }) => severity === 'minor',
      ),
    ).toBe(true)
    expect((await listAlarms(world.other.adminViewer)).alarms).toEqual([])
    expect(first.alarms[0]).toMatchObject({ waiting: true, mails: 0 })
  })

  it('lead to their mails, and mails to them', async () => {
    const { adminViewer } = world.acme
    await rule()
    await raise()
    const id = (await listAlarms(adminViewer)).alarms[0]!.id
    const read = await readAlarm(adminViewer, id)
    expect(read.events).toMatchObject([{ kind: 'raised', outcomes: [{ rule: 'All', result: 'mailed' }] }])
    expect(read.mails).toMatchObject([{ recipient: 'watch@example.org' }])
    expect(await alarmsOfMail(adminViewer, read.mails[0]!.id)).toMatchObject([{ id }])
    expect(await alarmsOfMail(world.other.adminViewer, read.mails[0]!.id)).toEqual([])
    expect(await refusalOf(readAlarm(world.other.adminViewer, id))).toBe('alarm-not-found')
    await acknowledgeAlarm(adminViewer, id)
    expect((await readAlarm(adminViewer, id)).status).toBe('acknowledged')
  })

  it('go when they are old, and when a tenant has too many', async () => {
    const day = 24 * 3_600_000
    await raise()
    setClockAhead(100 * day)
    await takeAlarms(
      world.acme.adminViewer,
      Array.from({ length: 10 }, (_, n) => ({ ...alarm, type: `T${n}` })),
    )
    expect(await deleteOldAlarms(90)).toBe(1)
    expect(await deleteOldAlarms(90, () => true, 4)).toBe(6)
    expect(await db().alarm.count()).toBe(4)
  })
})

describe('rules', () => {
  it('stand in an order that can be changed, and are on or off', async () => {
    const { adminViewer } = world.acme
    const [a, b, c] = [await rule({}, 'A'), await rule({}, 'B'), await rule({}, 'C')]
    await moveRule(adminViewer, c, 0)
    await moveRule(adminViewer, a, 99)
    expect((await listRules(adminViewer)).map(({ name }) => name)).toEqual(['C', 'B', 'A'])
    await setRuleEnabled(adminViewer, b, false)
    await raise()
    expect(await db().outboundMail.count()).toBe(2)
    await saveRule(
      adminViewer,
      { name: 'C2', settings: { recipients: ['watch@example.org'], repeatMinutes: 5 } },
      { id: c },
    )
    expect(await db().auditEvent.findMany({ where: { action: 'alarm-rule.changed' } })).toMatchObject([
      { before: { name: 'C', repeatMinutes: '60' }, after: { name: 'C2', repeatMinutes: '5' } },
    ])
    expect(
      await refusalOf(
        saveRule(world.other.adminViewer, { name: 'X', settings: { recipients: ['a@b.test'] } }, { id: c }),
      ),
    ).toBe('alarm-rule-not-found')
  })
})
