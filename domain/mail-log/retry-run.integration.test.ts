import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { mails, manyMails } from '@/domain/outbox/testing/rows'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { db } from '@/lib/db'
import { startQueue, stopQueue } from '@/lib/queue'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { currentRetryRun, retrySome, startRetryRun, workRetryRuns } from './retry-run'

const test = useTestDatabase()
const root = viewer()
const acme = randomUUID()
const admin = viewer({ role: 'tenant_administrator', tenantId: acme })

const link = async (dates: object = {}) =>
  (
    await db().linkToken.create({
      data: { purpose: 'p', keyId: 'k1', tokenHash: randomUUID(), expiresAt: inMinutes(60), ...dates },
    })
  ).id
const runId = async () => (await db().retryRun.findFirstOrThrow()).id
const states = async (ids: string[]) => {
  const rows = await db().outboundMail.findMany({ where: { id: { in: ids } } })
  return ids.map(id => rows.find(row => row.id === id)?.state)
}

describe('sending all failed mails again', () => {
  it('makes those due whose link is alive, and passes over the others', async () => {
    const failed = { state: 'failed' as const, cause: 'mailbox-full' }
    const [news = ''] = await mails(1, { ...failed, expiresAt: inMinutes(-5) })
    const expires = inMinutes(30)
    const [alive = ''] = await mails(1, { ...failed, linkTokenId: await link(), expiresAt: expires })
    const dead = [
      ...(await mails(1, { ...failed, linkTokenId: await link({ consumedAt: new Date() }) })),
      ...(await mails(1, { ...failed, linkTokenId: await link({ revokedAt: new Date() }) })),
      ...(await mails(1, { ...failed, linkTokenId: await link({ expiresAt: inMinutes(-1) }) })),
      ...(await mails(1, { ...failed, linkTokenId: randomUUID() })),
      ...(await mails(1, { ...failed, kind: 'test' })),
    ]
    const [sent = ''] = await mails(1)
    await startRetryRun(root, {})
    expect(await currentRetryRun(root)).toMatchObject({ total: 7, retried: 0, skipped: 0, endedAt: null })
    expect(await retrySome(await runId())).toBe(false)
    expect(await states([news, alive, sent, ...dead])).toEqual([
      'queued',
      'queued',
      'sent',
      ...Array(5).fill('failed'),
    ])
    const row = (id: string) => db().outboundMail.findUniqueOrThrow({ where: { id } })
    expect((await row(news)).expiresAt.getTime()).toBeGreaterThan(inMinutes(23 * 60).getTime())
    expect(await row(alive)).toMatchObject({ expiresAt: expires, cause: null })
    expect(await currentRetryRun(root)).toMatchObject({
      total: 7,
      retried: 2,
      skipped: 5,
      startedBy: root.email,
    })
    expect((await currentRetryRun(root))?.endedAt).not.toBeNull()
    expect(await db().auditEvent.findMany()).toMatchObject([
      { action: 'outbox.retried', actor: root.email, after: { total: 7 } },
    ])
  })

  it('goes through them step by step, once each, also when one fails again meanwhile', async () => {
    await manyMails(1_200, 'failed')
    await startRetryRun(root, {})
    const id = await runId()
    expect(await retrySome(id)).toBe(true)
    await db().$executeRaw`UPDATE "OutboundMail" SET state = 'failed' WHERE recipient = 'person1@example.org'`
    expect(await retrySome(id)).toBe(true)
    expect(await retrySome(id)).toBe(false)
    expect(await currentRetryRun(root)).toMatchObject({ total: 1_200, retried: 1_200, skipped: 0 })
    // Its job may come a second time: there is nothing left to do.
    expect(await retrySome(id)).toBe(false)
    expect(await db().outboundMail.count({ where: { state: 'failed' } })).toBe(1)
  })

  it('goes on in another process where one was ended', async () => {
    await manyMails(1_100, 'failed')
    await startRetryRun(root, {})
    await retrySome(await runId())
    await db().$executeRaw`DELETE FROM pgboss.job`
    await stopQueue(2_000)
    await startQueue(test.database, true)
    await workRetryRuns()
    await until(async () => (await currentRetryRun(root))?.endedAt)
    expect(await currentRetryRun(root)).toMatchObject({ retried: 1_100, skipped: 0 })
    expect(await db().outboundMail.count({ where: { state: 'queued' } })).toBe(1_100)
    await stopQueue(5_000)
    await startQueue(test.database, false)
  })

  it('takes the mails of the filter only', async () => {
    const [wanted = ''] = await mails(1, {
      state: 'failed',
      kind: 'email-changed',
      recipient: 'anna@a.example',
    })
    const others = [
      ...(await mails(1, { state: 'failed', kind: 'email-changed', recipient: 'bob@b.example' })),
      ...(await mails(1, { state: 'failed', recipient: 'anna@a.example' })),
      ...(await mails(1, { state: 'cancelled', kind: 'email-changed', recipient: 'anna@a.example' })),
    ]
    await startRetryRun(root, { kind: 'email-changed', search: 'a.example' })
    await retrySome(await runId())
    expect(await states([wanted, ...others])).toEqual(['queued', 'failed', 'failed', 'cancelled'])
  })

  it('is the tenant’s own for a tenant administrator', async () => {
    const own = await mails(2, { state: 'failed', tenantId: acme })
    const others = await mails(2, { state: 'failed' })
    await startRetryRun(admin, {})
    await retrySome(await runId())
    expect(await states([...own, ...others])).toEqual(['queued', 'queued', 'failed', 'failed'])
    expect(await currentRetryRun(admin)).toMatchObject({ total: 2 })
    expect(await currentRetryRun(viewer({ role: 'tenant_administrator', tenantId: randomUUID() }))).toBeNull()
  })

  it('is refused to customer users, while one is under way, and where nothing failed', async () => {
    expect(await refusalOf(startRetryRun(viewer({ role: 'customer_user' }), {}))).toBe('not-allowed')
    expect(await refusalOf(startRetryRun(root, {}))).toBe('nothing-failed')
    await mails(1, { state: 'failed' })
    await startRetryRun(root, {})
    expect(await refusalOf(startRetryRun(root, {}))).toBe('retry-running')
  })
})
