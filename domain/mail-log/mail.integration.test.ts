// What the page of one mail is made of, however often it was tried.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { mails } from '@/domain/outbox/testing/rows'
import { viewer } from '@/domain/testing/viewers'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { confirmArrival, findMail, mailsOfUser, readAttempt, readMail, undecidedMails } from './mail'
import { storyOf } from './mail-story'

useTestDatabase()
const root = viewer()
const tenantId = randomUUID()
const admin = viewer({ role: 'tenant_administrator', tenantId })
const stranger = viewer({ role: 'tenant_administrator', tenantId: randomUUID() })

/** A mail that was tried so often; every third time another server was asked. */
async function tried(attempts: number): Promise<string> {
  const [id = ''] = await mails(1, { state: 'deferred', attempts, tenantId })
  const start = Date.now() - attempts * 60_000
  await db().deliveryAttempt.createMany({
    data: Array.from({ length: attempts }, (_, index) => ({
      mailId: id,
      number: index + 1,
      serverName: index % 3 === 0 ? 'Standby' : 'Primary',
      phase: 'connect',
      outcome: 'failed',
      cause: 'connection-refused',
      stages: [{ stage: 'connect', result: 'failed', milliseconds: 1, facts: {} }],
      transcript: [{ at: 0, from: 'note', text: 'x'.repeat(10_000) }],
      startedAt: new Date(start + index * 60_000),
      endedAt: new Date(start + index * 60_000 + 1),
    })),
  })
  return id
}

describe('a mail that was tried 290 times', () => {
  it('is told with its last attempts, and the earlier ones by what they have in common', async () => {
    const mail = await readMail(root, await tried(290))
    expect(mail.deliveryAttempts.map(({ number }) => number)).toEqual(
      Array.from({ length: 20 }, (_, index) => 271 + index),
    )
    expect(mail.earlier.map(({ serverName, count }) => ({ serverName, count }))).toEqual(
      expect.arrayContaining([
        { serverName: 'Standby', count: 90 },
        { serverName: 'Primary', count: 180 },
      ]),
    )
    expect(JSON.stringify(mail).length).toBeLessThan(20_000)
    const told = storyOf(mail).map(({ what }) => what)
    expect(told.filter(what => what === 'earlier')).toHaveLength(2)
    expect(told.filter(what => what === 'attempt')).toHaveLength(20)
    expect(told.lastIndexOf('earlier')).toBeLessThan(told.indexOf('attempt'))
  })

  it('names no server of the installation to a tenant', async () => {
    const mail = await readMail(admin, await tried(30))
    expect(mail.earlier.map(({ count }) => count)).toEqual([10])
    expect(JSON.stringify(mail)).not.toMatch(/Primary|Standby/)
  })

  it('has the dialogue of each attempt for the system administrator who asks for that one', async () => {
    const id = await tried(3)
    const attempt = await readAttempt(root, id, 2)
    expect(attempt?.transcript).toMatchObject([{ text: 'x'.repeat(10_000) }])
    expect(await readAttempt(root, id, 4)).toBeNull()
    // A tenant is told that there was an attempt and what the server replied, and nothing of the installation.
    expect(await readAttempt(admin, id, 2)).toMatchObject({
      number: 2,
      transcript: null,
      stages: null,
      serverName: null,
      server: null,
    })
    expect(await refusalOf(readAttempt(stranger, id, 2))).toBe('mail-not-found')
  })
})

it('nobody reads, or decides on, what is not theirs to see', async () => {
  const userId = randomUUID()
  const expiresAt = new Date(Date.now() + 3_600_000)
  const [id = ''] = await mails(1, { state: 'uncertain', tenantId, userId, expiresAt, dueAt: expiresAt })
  expect(await mailsOfUser(admin, userId)).toHaveLength(1)
  expect(await mailsOfUser(stranger, userId)).toEqual([])
  expect(await undecidedMails(admin)).toHaveLength(1)
  expect(await undecidedMails(stranger)).toEqual([])
  expect(await refusalOf(findMail(stranger, id))).toBe('mail-not-found')
  expect(await refusalOf(confirmArrival(stranger, id))).toBe('mail-not-found')
  const customer = viewer({ role: 'customer_user', tenantId })
  for (const asked of [mailsOfUser(customer, userId), undecidedMails(customer), confirmArrival(customer, id)])
    expect(await refusalOf(asked)).toBe('not-allowed')
})
