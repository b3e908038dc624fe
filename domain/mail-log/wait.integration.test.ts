// What a waiting mail waits for, and how an administrator withdraws it.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { openBreaker } from '@/domain/mail-server/breaker'
import { setMailServerPaused, setServerLimits } from '@/domain/mail-server/servers'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { pauseOutbox, resumeOutbox } from '@/domain/outbox/pause'
import { mails } from '@/domain/outbox/testing/rows'
import { mailById } from '@/domain/outbox/testing/worker'
import { viewer } from '@/domain/testing/viewers'
import { db, transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { cancelMail, readMail } from './mail'
import { waitOf } from './wait'

useTestDatabase()
const root = viewer()
const tenantId = randomUUID()
const tenant = viewer({ role: 'tenant_administrator', tenantId })

const one = async (row: Parameters<typeof mails>[1] = {}) => {
  const [id] = await mails(1, { state: 'queued', rank: 1, tenantId, ...row })
  return id!
}
const wait = async (id: string, as = root) => waitOf(as, await mailById(id))
const connect = async () => {
  await connectMailServer(root, { host: '127.0.0.1', port: 1 })
  return db().mailServerVersion.findFirstOrThrow()
}
const worker = () => db().worker.create({ data: { id: randomUUID(), host: 'mx1', processId: 1 } })

describe('a mail waits', () => {
  beforeEach(async () => {
    await worker()
  })

  it('for a mail server', async () => {
    expect(await wait(await one())).toEqual({ what: 'no-mail-server' })
  })

  it('for its turn, behind those of its tenant that are due longer', async () => {
    await connect()
    const [newest, , oldest] = await mails(3, { state: 'queued', rank: 1, tenantId })
    await mails(5, { state: 'queued', rank: 1, tenantId: randomUUID() })
    expect(await wait(oldest!)).toEqual({ what: 'turn', ahead: 0 })
    expect(await wait(newest!)).toEqual({ what: 'turn', ahead: 2 })
  })

  it('for its next attempt', async () => {
    await connect()
    const due = new Date(Date.now() + 600_000)
    expect(await wait(await one({ state: 'deferred', dueAt: due }))).toEqual({ what: 'retry', due })
  })

  it('for somebody who resumes sending', async () => {
    await connect()
    await pauseOutbox(root)
    expect(await wait(await one())).toMatchObject({ what: 'paused', by: root.email })
    await resumeOutbox(root)
    expect(await wait(await one())).toMatchObject({ what: 'turn' })
  })

  it('for a worker', async () => {
    await connect()
    await db().worker.updateMany({ data: { stoppedAt: new Date() } })
    expect(await wait(await one())).toEqual({ what: 'no-worker' })
  })

  it('for a server, of which only the system administrator learns more', async () => {
    const { id: versionId, mailServerId: id } = await connect()
    await openBreaker({ id, breakerProbes: 0 }, versionId, { cause: 'connection-refused', reply: null })
    const mail = await one()
    expect(await wait(mail)).toMatchObject({
      what: 'servers',
      servers: [{ id, state: 'broken', cause: 'connection-refused' }],
    })
    await transaction(tx => setMailServerPaused(tx, root, id, true))
    expect(await wait(mail)).toMatchObject({ servers: [{ state: 'paused', pausedBy: root.email }] })
    expect(await wait(mail, tenant)).toEqual({ what: 'servers', servers: [] })
    // A test mail asks none of them.
    expect(await wait(await one({ kind: 'test' }))).toMatchObject({ what: 'turn' })
  })

  it('for the next day, when the server has had all it may get', async () => {
    const { mailServerId } = await connect()
    await setServerLimits(root, mailServerId, {
      maxConnections: 5,
      maxPerSecond: null,
      maxPerMinute: null,
      maxPerDay: 2,
    })
    const today = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000)
    const windows = { secondAt: today, secondCount: 0, minuteAt: today, minuteCount: 0, dayAt: today }
    await db().mailServerUse.create({ data: { mailServerId, ...windows, dayCount: 1 } })
    expect(await wait(await one())).toMatchObject({ what: 'turn' })
    await db().mailServerUse.updateMany({ data: { dayCount: 2 } })
    expect(await wait(await one())).toEqual({ what: 'limits', window: 'day' })
  })
})

describe('an administrator withdraws a mail', () => {
  it.each(['queued', 'deferred', 'uncertain'] as const)('that is %s', async state => {
    const id = await one({ state })
    await cancelMail(tenant, id)
    expect(await mailById(id)).toMatchObject({ state: 'cancelled', cause: 'by-administrator' })
    expect((await readMail(tenant, id)).events).toMatchObject([
      { what: 'cancelled', by: tenant.email, from: tenant.address },
    ])
  })

  it('and no other', async () => {
    expect(await refusalOf(cancelMail(root, await one({ state: 'sending' })))).toBe('mail-under-way')
    for (const state of ['sent', 'failed', 'cancelled'] as const)
      expect(await refusalOf(cancelMail(root, await one({ state })))).toBe('mail-ended')
    const other = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })
    expect(await refusalOf(cancelMail(other, await one()))).toBe('mail-not-found')
    expect(await db().auditEvent.count()).toBe(0)
  })
})
