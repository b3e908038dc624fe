// What grows by itself is made room for, and nothing else goes.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readAuditRetention, setAuditRetention } from '@/domain/audit/audit-retention'
import { settingsFor } from '@/domain/mail-server/testing/settings'
import { cleanUp } from '@/domain/outbox/clean-up-hourly'
import { mails } from '@/domain/outbox/testing/rows'
import { viewer } from '@/domain/testing/viewers'
import { inMinutes } from '@/lib/clock'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { cleaners } from './cleaners'

useTestDatabase()
const root = viewer()
const daysAgo = (days: number) => inMinutes(-days * 24 * 60)
const clean = () => cleanUp(cleaners, () => true)

describe('once an hour', () => {
  it('links go that died as long ago as mails are kept', async () => {
    const link = (dates: object) =>
      db().linkToken.create({
        data: { purpose: 'p', keyId: 'k1', tokenHash: randomUUID(), expiresAt: daysAgo(-1), ...dates },
      })
    for (const dates of [{ consumedAt: daysAgo(91) }, { revokedAt: daysAgo(91) }, { expiresAt: daysAgo(91) }])
      await link(dates)
    const kept = [await link({ consumedAt: daysAgo(89), expiresAt: daysAgo(88) }), await link({})]
    await clean()
    expect((await db().linkToken.findMany()).map(({ id }) => id).sort()).toEqual(
      kept.map(({ id }) => id).sort(),
    )
  })

  it('counts go whose window is over', async () => {
    const count = (expiresAt: Date) =>
      db().rateLimit.create({ data: { key: randomUUID(), points: 1, expiresAt } })
    await count(inMinutes(-1))
    const { key } = await count(inMinutes(1))
    await clean()
    expect(await db().rateLimit.findMany()).toMatchObject([{ key }])
  })

  it('sessions go a month after they ended', async () => {
    const user = await db().user.create({
      data: { email: 'a@example.org', emailKey: 'a@example.org', role: 'customer_user' },
    })
    const session = (dates: object) =>
      db().session.create({
        data: { userId: user.id, tokenHash: randomUUID(), expiresAt: daysAgo(-1), ...dates },
      })
    await session({ revokedAt: daysAgo(31) })
    await session({ expiresAt: daysAgo(31) })
    await session({ revokedAt: daysAgo(29) })
    await session({})
    await clean()
    expect(await db().session.count()).toBe(2)
  })

  it('events go after a year, or as long as somebody says, and the noise of strangers after a month', async () => {
    const event = (action: string, days: number) =>
      db().auditEvent.create({ data: { action, at: daysAgo(days) } })
    await event('user.added', 366)
    await event('user.added', 364)
    await event('sign-in.failed', 31)
    await event('sign-in.failed', 29)
    await clean()
    expect(await db().auditEvent.count()).toBe(2)
    expect(await readAuditRetention(root)).toBe(365)
    await setAuditRetention(root, 100)
    await setAuditRetention(root, 100)
    await clean()
    const left = await db().auditEvent.findMany({ orderBy: { at: 'asc' } })
    expect(left).toMatchObject([
      { action: 'sign-in.failed' },
      { action: 'audit.retention-changed', before: { days: 365 }, after: { days: 100 } },
    ])
  })

  it('the time that events are kept is not for others to know or change', async () => {
    const admin = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })
    expect(await refusalOf(readAuditRetention(admin))).toBe('not-allowed')
    expect(await refusalOf(setAuditRetention(admin, 1))).toBe('not-allowed')
  })

  it('settings go that were never saved, and all but twenty that may be restored, with their secrets', async () => {
    const server = (name: string) => db().mailServer.create({ data: { name, position: 1 } })
    const settings = settingsFor({ host: '127.0.0.1', port: 1 })
    const version = (mailServerId: string, number: number, more: object) =>
      db().mailServerVersion.create({
        data: { mailServerId, number, name: 'S', settings, sealedPassword: 'sealed', ...more },
      })
    const { id } = await server('saved')
    const old = { createdAt: daysAgo(8) }
    for (let number = 1; number <= 22; number++) await version(id, number, { state: 'retired', ...old })
    await version(id, 23, { state: 'active', ...old })
    await version(id, 24, { state: 'candidate', ...old })
    await version(id, 25, { state: 'candidate', ...old, testedAt: daysAgo(1) })
    await version(id, 26, { state: 'candidate' })
    const inTest = await version(id, 27, { state: 'candidate', ...old })
    await mails(1, { kind: 'test', state: 'queued', mailServerVersionId: inTest.id })
    const unsaved = await server('never saved')
    await version(unsaved.id, 1, { state: 'candidate', ...old })
    await version(unsaved.id, 2, { state: 'candidate', ...old })
    await clean()
    const numbers = async (mailServerId: string) =>
      (await db().mailServerVersion.findMany({ where: { mailServerId }, orderBy: { number: 'asc' } })).map(
        one => one.number,
      )
    expect(await numbers(id)).toEqual([...Array.from({ length: 20 }, (_, n) => n + 3), 23, 25, 26, 27])
    expect(await numbers(unsaved.id)).toEqual([2])
  })

  it('mails of the built-in inbox go after a month', async () => {
    for (const days of [31, 29])
      await db().inboxMail.create({
        data: { sender: '', recipients: [], subject: '', sealedSource: '', receivedAt: daysAgo(days) },
      })
    await clean()
    expect(await db().inboxMail.count()).toBe(1)
  })
})
