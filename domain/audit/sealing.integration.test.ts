// The audit only grows, and whoever changes it past Latchkey is found out.
import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { acceptKeyring } from '@/domain/keys/known-keys'
import { rotateKeys } from '@/domain/keys/rotation'
import { viewer } from '@/domain/testing/viewers'
import { nobody } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { databaseKind, testKeys, useTestDatabase } from '@/lib/testing/database'
import { recordCounted, recordCountedEach } from './audit'
import { deleteOldEvents, setAuditRetention } from './audit-retention'
import { sealEvents } from './sealing'
import { events } from './testing/rows'
import { verifyAudit } from './verification'

useTestDatabase()
afterEach(() => holdKeyring(Keyring.parse(testKeys)))
const always = () => true
const seal = () => sealEvents(always)
const daysAgo = (days: number) => inMinutes(-days * 24 * 60)
const stranger = { id: null, email: 'x@example.org', address: '192.0.2.1' }
const unknown = { actor: stranger, subject: null }

/** As somebody does who owns the database, and switches off what stands in the way. */
const past = (work: (tx: Tx) => Promise<unknown>) =>
  transaction(async tx => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await work(tx)
  })
const breaks = async () => (await verifyAudit()).breaks.map(({ seal, cause }) => [seal, cause])

describe('the database', () => {
  it('refuses to change, delete or empty, sealed or not', async () => {
    const [id = ''] = await events(1)
    const deeds = [
      () => db().auditEvent.update({ where: { id }, data: { actor: 'another' } }),
      () => db().auditEvent.update({ where: { id }, data: { count: 2 } }),
      () => db().auditEvent.delete({ where: { id } }),
      () => db().$executeRaw`TRUNCATE "AuditEvent"`,
    ]
    for (const deed of deeds) await expect(deed()).rejects.toThrow(/append-only/)
    await seal()
    const sealed = [
      ...deeds,
      () => db().auditEvent.update({ where: { id }, data: { seal: null } }),
      () => db().auditSeal.update({ where: { number: 1 }, data: { hash: '' } }),
      () => db().auditSeal.update({ where: { number: 1 }, data: { prunedAt: new Date() } }),
      () => db().auditSeal.deleteMany(),
      () => db().$executeRaw`TRUNCATE "AuditSeal" CASCADE`,
    ]
    for (const deed of sealed) await expect(deed()).rejects.toThrow(/append-only/)
    expect(await breaks()).toEqual([])
  })

  it('lets an event that counts count on, and be nothing else', async () => {
    await transaction(tx => recordCounted(tx, stranger, 'sign-in.failed', null))
    await transaction(tx => recordCountedEach(tx, 'sign-in.failed', [unknown, unknown]))
    const event = await db().auditEvent.findFirstOrThrow()
    expect(event.count).toBe(3)
    const change = (data: object) => db().auditEvent.update({ where: { id: event.id }, data })
    await expect(change({ count: 2 })).rejects.toThrow(/append-only/)
    await expect(change({ count: 4, action: 'user.added' })).rejects.toThrow(/append-only/)
  })
})

describe('sealing', () => {
  it('takes all events that are final, once, and leaves those that may count on', async () => {
    await events(1_200)
    await transaction(tx => recordCounted(tx, stranger, 'sign-in.failed', null))
    expect(await seal()).toBe(1_200)
    expect(await seal()).toBe(0)
    setClockAhead(3 * 3_600_000)
    expect(await seal()).toBe(1)
    expect(await verifyAudit()).toMatchObject({ events: 1_201, unsealed: 0, breaks: [] })
  })

  it('does not leave out what is committed late, nor takes it for a forgery', async () => {
    await events(3)
    await seal()
    await events(2, { at: inMinutes(-60) })
    expect(await verifyAudit()).toMatchObject({ events: 3, unsealed: 2, breaks: [] })
    await seal()
    expect(await verifyAudit()).toMatchObject({ seals: 2, events: 5, unsealed: 0, breaks: [] })
  })

  it('begins another event where the one that counts is sealed already', async () => {
    await transaction(tx => recordCounted(tx, stranger, 'sign-in.failed', null))
    // By the clock of a node that is behind it is still the same hour.
    setClockAhead(3 * 3_600_000)
    await seal()
    setClockAhead(0)
    await transaction(tx => recordCounted(tx, stranger, 'sign-in.failed', null))
    await transaction(tx => recordCountedEach(tx, 'sign-in.failed', [unknown]))
    const counts = await db().auditEvent.findMany({ orderBy: { count: 'asc' } })
    expect(counts.map(({ count }) => count)).toEqual([1, 2])
    expect(await breaks()).toEqual([])
  })

  it('is done by one at a time, also when two begin at once', async () => {
    await events(50)
    const done = await Promise.all([seal(), seal()])
    expect(done.reduce((sum, one) => sum + one)).toBe(50)
    expect(await breaks()).toEqual([])
  })
})

describe('retention', () => {
  it('deletes by whole seals, those of strangers sooner, and the chain stays sound', async () => {
    await events(2, { at: daysAgo(400) })
    await events(3, { at: daysAgo(40), action: 'sign-in.failed' })
    await events(4, { at: daysAgo(40) })
    expect(await deleteOldEvents(always)).toBe(5)
    expect(await db().auditEvent.count()).toBe(4)
    expect(await verifyAudit()).toMatchObject({ seals: 3, events: 4, pruned: 5, breaks: [] })
    await setAuditRetention(viewer(), 30)
    expect(await deleteOldEvents(always)).toBe(4)
    expect(await verifyAudit()).toMatchObject({ events: 1, pruned: 9, breaks: [] })
  })

  it('is told from a deletion that only looks like it', async () => {
    await events(2, { at: daysAgo(400) })
    await seal()
    await past(async tx => {
      await tx.auditSeal.updateMany({ data: { prunedAt: new Date(), pruned: 'mine' } })
      await tx.auditEvent.deleteMany()
    })
    expect(await breaks()).toEqual([[1, 'deletion-unknown']])
  })
})

describe('a check of the audit', () => {
  /** Three seals of ten events each. */
  const three = async () => {
    for (const days of [3, 2, 1]) await events(10, { at: daysAgo(days) })
    await seal()
  }
  const one = (seal: number) => db().auditEvent.findFirstOrThrow({ where: { seal } })

  it('finds what was changed, deleted and added, and where', async () => {
    await three()
    expect(await verifyAudit()).toMatchObject({ seals: 3, events: 30, breaks: [] })
    const [first, second] = [await one(1), await one(2)]
    await past(async tx => {
      await tx.auditEvent.update({ where: { id: first.id }, data: { address: '203.0.113.9' } })
      await tx.auditEvent.delete({ where: { id: second.id } })
      await tx.auditEvent.create({ data: { action: 'user.added', seal: 3, at: daysAgo(1) } })
    })
    expect(await breaks()).toEqual([
      [1, 'events-changed'],
      [2, 'events-missing'],
      [3, 'events-added'],
    ])
  })

  it('finds a seal that somebody made without the key, and one that is gone', async () => {
    await three()
    const { content } = await db().auditSeal.findUniqueOrThrow({ where: { number: 2 } })
    await past(tx => tx.auditSeal.update({ where: { number: 3 }, data: { content } }))
    expect(await breaks()).toEqual([
      [3, 'seal-forged'],
      [3, 'events-changed'],
    ])
    await past(async tx => {
      await tx.auditEvent.deleteMany({ where: { seal: 2 } })
      await tx.auditSeal.delete({ where: { number: 2 } })
    })
    expect((await breaks())[0]).toEqual([2, 'seals-missing'])
  })

  it('finds an end that was cut off, where the last seal was noted elsewhere', async () => {
    await three()
    const { last } = await verifyAudit()
    expect(await verifyAudit(last)).toMatchObject({ holdsKnown: true })
    await past(async tx => {
      await tx.auditEvent.deleteMany({ where: { seal: 3 } })
      await tx.auditSeal.delete({ where: { number: 3 } })
    })
    expect(await verifyAudit(last)).toMatchObject({ holdsKnown: false, breaks: [] })
  })

  it('holds over a rotation of the keys, after which other keys seal', async () => {
    await acceptKeyring(db(), Keyring.parse(testKeys))
    await three()
    const list = `k2:${randomBytes(32).toString('base64')}`
    const both = Keyring.parse(`${list},${testKeys}`)
    await acceptKeyring(db(), both)
    holdKeyring(both)
    setClockAhead(120_000)
    expect(await rotateKeys(nobody(''))).toMatchObject({ free: ['k1'] })
    holdKeyring(Keyring.parse(list))
    await seal()
    expect(await db().auditKey.count()).toBe(2)
    expect(await verifyAudit()).toMatchObject({ unsealed: 0, breaks: [] })
  })

  it('says so where the key of a seal is gone or was put there by somebody', async () => {
    await three()
    await db().auditKey.updateMany({ data: { id: randomUUID() } })
    expect((await breaks()).map(([, cause]) => cause)).toEqual(Array(3).fill('key-missing'))
  })

  // Embedded there is one session: nobody can hold a row while another seals.
  it.runIf(databaseKind() === 'postgres')(
    'leaves an event that somebody counts on with to the next seal',
    async () => {
      await transaction(tx => recordCounted(tx, stranger, 'sign-in.failed', null))
      setClockAhead(3 * 3_600_000)
      await transaction(async tx => {
        await tx.$queryRaw`SELECT id FROM "AuditEvent" FOR UPDATE`
        expect(await seal()).toBe(0)
      })
      expect(await seal()).toBe(1)
    },
  )
})
