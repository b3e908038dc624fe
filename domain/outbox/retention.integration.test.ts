import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { itIsOurTurn } from './clean-up-hourly'
import { deleteOldMails, readRetention, setRetention } from './retention'
import { mails, manyMails, tally } from './testing/rows'

useTestDatabase()
const root = viewer()
const daysAgo = (days: number) => inMinutes(-days * 24 * 60)

describe('cleaning up', () => {
  it('deletes what ended long ago, batch by batch, and nothing else', async () => {
    await manyMails(2_500, 'sent', daysAgo(91))
    const old = { createdAt: daysAgo(91) }
    const [failed = ''] = await mails(1, { ...old, state: 'failed' })
    await mails(1, { ...old, state: 'cancelled' })
    await db().deliveryAttempt.create({
      data: { mailId: failed, number: 1, phase: 'data', outcome: 'failed' },
    })
    const kept = [
      ...(await mails(1, { createdAt: daysAgo(89) })),
      ...(await mails(1, { ...old, state: 'queued' })),
      ...(await mails(1, { ...old, state: 'deferred' })),
      ...(await mails(1, { ...old, state: 'uncertain' })),
      ...(await mails(1, { ...old, state: 'sending' })),
      // Asked for long ago, and sent again lately.
      ...(await mails(1, { ...old, dueAt: daysAgo(2), state: 'failed' })),
      ...(await mails(1, { ...old, sentAt: daysAgo(2) })),
    ]
    expect(await deleteOldMails()).toBe(2_502)
    const left = await db().outboundMail.findMany({ select: { id: true } })
    expect(left.map(({ id }) => id).sort()).toEqual(kept.sort())
    expect(await db().deliveryAttempt.count()).toBe(0)
    expect(await deleteOldMails()).toBe(0)
  })

  it('stops between batches when it is told to', async () => {
    await manyMails(1_100, 'sent', daysAgo(91))
    expect(await deleteOldMails(() => false)).toBe(1_000)
    expect(await deleteOldMails()).toBe(100)
  })

  it('deletes gone workers and ended retry runs', async () => {
    const worker = (heartbeatAt: Date) =>
      db().worker.create({ data: { id: randomUUID(), host: 'h', processId: 1, heartbeatAt } })
    await worker(daysAgo(2))
    await worker(new Date())
    const run = (endedAt: Date | null) =>
      db().retryRun.create({
        data: { filter: {}, total: 1, startedById: root.id, startedBy: root.email, endedAt },
      })
    await run(daysAgo(91))
    await run(daysAgo(1))
    await run(null)
    await deleteOldMails()
    expect([await db().worker.count(), await db().retryRun.count()]).toEqual([1, 2])
  })

  it('adds old tallies up without changing any sum', async () => {
    const hour = (days: number) => new Date(Math.floor(daysAgo(days).getTime() / 3_600_000) * 3_600_000)
    for (const days of [61, 62, 100]) await tally({ hour: hour(days), count: days })
    await tally({ hour: hour(70), count: 5, outcome: 'failed', cause: 'mailbox-full' })
    await tally({ hour: hour(59), count: 7 })
    await tally({ count: 9 })
    const sums = () =>
      db().tally.groupBy({
        by: ['what', 'outcome', 'cause', 'seconds'],
        _sum: { count: true },
        orderBy: { outcome: 'asc' },
      })
    const before = await sums()
    await deleteOldMails()
    expect(await sums()).toEqual(before)
    expect(await db().tally.count()).toBe(4)
    await tally({ hour: hour(65), count: 1 })
    await deleteOldMails()
    expect(await db().tally.findMany({ where: { hour: new Date(0), outcome: 'sent' } })).toMatchObject([
      { count: 61 + 62 + 100 + 1 },
    ])
  })

  it('is one worker’s turn once an hour', async () => {
    const turns = await Promise.all([itIsOurTurn(), itIsOurTurn(), itIsOurTurn()])
    expect(turns.filter(Boolean)).toHaveLength(1)
    setClockAhead(59 * 60_000)
    expect(await itIsOurTurn()).toBe(false)
    setClockAhead(61 * 60_000)
    expect(await itIsOurTurn()).toBe(true)
  })
})

describe('the time that mails are kept', () => {
  it('is 90 days until the system administrator says otherwise, which is recorded', async () => {
    expect(await readRetention(root)).toBe(90)
    await setRetention(root, 30)
    await setRetention(root, 30)
    expect(await readRetention(root)).toBe(30)
    expect(await db().auditEvent.findMany()).toMatchObject([
      { action: 'outbox.retention-changed', before: { days: 90 }, after: { days: 30 }, actor: root.email },
    ])
    await mails(1, { createdAt: daysAgo(31) })
    expect(await deleteOldMails()).toBe(1)
  })

  it('is not for others to know or change', async () => {
    const admin = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })
    expect(await refusalOf(readRetention(admin))).toBe('not-allowed')
    expect(await refusalOf(setRetention(admin, 1))).toBe('not-allowed')
  })
})
