import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { mails, tally } from '@/domain/outbox/testing/rows'
import { viewer } from '@/domain/testing/viewers'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { readOverview } from './overview'
import { listSenders, livingWorkers } from './senders'

useTestDatabase()
const root = viewer()
const acme = randomUUID()
const admin = viewer({ role: 'tenant_administrator', tenantId: acme })

describe('the overview', () => {
  it('tells of nothing where nothing was', async () => {
    const { today, waiting, acceptance, slots } = await readOverview(root)
    expect({ today, waiting, acceptance }).toEqual({
      today: { sent: 0, kept: 0, failed: 0 },
      waiting: { number: 0, more: false },
      acceptance: { median: null, most: null },
    })
    expect(slots).toHaveLength(24)
  })

  it('adds up what left today, and what waits', async () => {
    await tally({ count: 90, seconds: 0.5 })
    await tally({ count: 10, seconds: 60, kind: 'password-reset' })
    await tally({ outcome: 'failed', cause: 'mailbox-full', count: 3 })
    await tally({ outcome: 'cancelled', count: 7 })
    await tally({ outcome: 'kept', count: 4 })
    await tally({ what: 'attempt', outcome: 'accepted', server: 'S', count: 500 })
    await mails(4, { state: 'queued' })
    await mails(2, { state: 'deferred' })
    await mails(5)
    const { today, waiting, acceptance, slots } = await readOverview(root)
    expect(today).toEqual({ sent: 100, kept: 4, failed: 3 })
    expect(waiting).toEqual({ number: 6, more: false })
    expect(acceptance.median).toBeGreaterThan(0.25)
    expect(acceptance.median).toBeLessThan(0.5)
    expect(acceptance.most).toBeCloseTo(45)
    expect(slots.at(-1)).toMatchObject({ sent: 100, failed: 3, most: acceptance.most })
    expect(slots.at(-2)).toMatchObject({ sent: 0, failed: 0, median: null })
  })

  it('sorts a month into the days of this server', async () => {
    const now = new Date()
    const noonAgo = (days: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, 12)
    await tally({ hour: noonAgo(1), count: 5 })
    await tally({ hour: noonAgo(29), count: 7 })
    await tally({ hour: noonAgo(30), count: 11 })
    const { slots, today } = await readOverview(root, 'month')
    expect(slots).toHaveLength(30)
    expect(slots.map(({ sent }) => sent)).toEqual([7, ...Array(27).fill(0), 5, 0])
    expect(today.sent).toBe(0)
  })

  it('tells a tenant administrator of their own tenant, and of no server or worker', async () => {
    await tally({ tenantKey: acme, count: 2 })
    await tally({ count: 40 })
    await mails(3, { tenantId: acme, state: 'queued' })
    await mails(9, { state: 'queued' })
    const { today, waiting } = await readOverview(admin)
    expect(today.sent).toBe(2)
    expect(waiting.number).toBe(3)
    expect(await refusalOf(listSenders(admin))).toBe('not-allowed')
    expect(await refusalOf(livingWorkers(admin))).toBe('not-allowed')
    expect(await refusalOf(readOverview(viewer({ role: 'customer_user' })))).toBe('not-allowed')
  })
})

describe('the senders', () => {
  it('are the enabled servers in their order, each with what keeps it from sending', async () => {
    const opened = new Date(Date.now() - 60_000)
    const server = (name: string, position: number, more = {}) =>
      db().mailServer.create({
        data: {
          name,
          position,
          versions: { create: { number: 1, state: 'active', name, settings: {} } },
          ...more,
        },
      })
    await server('Third', 3, {
      pausedAt: opened,
      pausedBy: 'root@latchkey.test',
      breakerCause: 'dns-timeout',
    })
    await server('First', 1, {
      breakerOpenedAt: opened,
      breakerCause: 'connection-refused',
      breakerProbeAt: opened,
    })
    await server('Second', 2)
    await server('Off', 4, { enabled: false })
    expect(await listSenders(root)).toMatchObject([
      { name: 'First', role: 'primary', state: 'broken', cause: 'connection-refused', since: opened },
      { name: 'Second', role: 'standby', state: 'sending', since: null },
      { name: 'Third', role: 'standby', state: 'paused', cause: null, pausedBy: 'root@latchkey.test' },
    ])
  })

  it('are the workers that have shown themselves just now', async () => {
    const worker = (host: string, more = {}) =>
      db().worker.create({ data: { id: randomUUID(), host, processId: 1, ...more } })
    await worker('alive')
    await worker('silent', { heartbeatAt: new Date(Date.now() - 60_000) })
    await worker('stopped', { stoppedAt: new Date() })
    expect((await livingWorkers(root)).map(({ host }) => host)).toEqual(['alive'])
  })
})
