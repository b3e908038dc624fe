import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { viewer } from '@/domain/testing/viewers'
import { Prisma } from '@/generated/prisma/client'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { actionGroups } from './actions'
import { exportAudit } from './audit-export'
import { auditQuery, namesAtMost, namesStatement } from './audit-filter'
import { type AuditPage, listAudit, pageSize, pageStatement } from './audit-list'
import { events, manyEvents } from './testing/rows'

useTestDatabase()
const root = viewer()
const acme = randomUUID()
const admin = viewer({ role: 'tenant_administrator', tenantId: acme })
const ids = (page: AuditPage) => page.events.map(({ id }) => id)

describe('the audit', () => {
  it('is turned page by page to its end and back, whatever comes in meanwhile', async () => {
    const moment = Date.now()
    // Many of the same moment: the id decides between them.
    const all = await events(2 * pageSize + 20, index => ({
      at: new Date(moment - Math.floor(index / 30) * 1_000),
    }))
    const first = await listAudit(root)
    expect(first).toMatchObject({ newer: undefined, searchedTo: undefined, more: false })
    await events(3, { at: new Date(moment + 5_000) })
    const second = await listAudit(root, {}, { before: first.older })
    const third = await listAudit(root, {}, { before: second.older })
    expect(third.older).toBeUndefined()
    expect([...ids(first), ...ids(second), ...ids(third)].sort()).toEqual([...all].sort())
    expect(ids(await listAudit(root, {}, { after: third.newer }))).toEqual(ids(second))
    const newest = await listAudit(root, {}, { after: first.events[3] && second.newer })
    expect(ids(newest)).toEqual(ids(first))
  })

  it('is narrowed to a kind of action, and to a time', async () => {
    const changed = await events(pageSize + 5, { action: 'mail-server.changed' })
    const signed = await events(3, index => ({
      action: 'sign-in.succeeded',
      at: new Date(`2026-01-0${index + 1}T12:00:00Z`),
    }))
    const first = await listAudit(root, { group: 'mail-server' })
    const second = await listAudit(root, { group: 'mail-server' }, { before: first.older })
    expect([...ids(first), ...ids(second)].sort()).toEqual([...changed].sort())
    const from = new Date('2026-01-02T00:00:00Z')
    const until = new Date('2026-01-03T00:00:00Z')
    expect(ids(await listAudit(root, { group: 'sign-in', from, until }))).toEqual([signed[1]])
    expect(ids(await listAudit(root, { until: from }))).toEqual([signed[0]])
    expect(ids(await listAudit(root, { group: 'tenant' }))).toEqual([])
  })

  it('is searched by how an actor or a subject begins, in any letter case', async () => {
    const [anna = ''] = await events(1, { actor: 'Anna@Example.org', subject: 'Anna@Example.org' })
    const [added = ''] = await events(1, { subject: 'annabel@example.org' })
    await events(2, { actor: 'joanna@example.org' })
    expect(ids(await listAudit(root, { search: 'anna@example.ORG' }))).toEqual([anna])
    expect(ids(await listAudit(root, { search: 'ANNA' })).sort()).toEqual([anna, added].sort())
    expect(ids(await listAudit(root, { search: 'anna', group: 'user' })).sort()).toEqual([anna, added].sort())
    expect(ids(await listAudit(root, { search: 'anna', group: 'sign-in' }))).toEqual([])
    for (const search of ['%', 'anna_', "'", '\\', '\u{10ffff}'])
      expect(ids(await listAudit(root, { search }))).toEqual([])
  })

  it('is searched for all that happened to one thing by its id', async () => {
    const subjectId = randomUUID()
    const [id] = await events(1, { subjectId })
    await events(1)
    expect(ids(await listAudit(root, { search: subjectId.toUpperCase() }))).toEqual([id])
    expect(ids(await listAudit(admin, { search: subjectId }))).toEqual([])
  })

  it('says where more people begin like what was searched for than it looks for', async () => {
    await events(namesAtMost + 1, index => ({ actor: `person${index}` }))
    expect((await listAudit(root, { search: 'person1' })).more).toBe(false)
    expect((await listAudit(root, { search: 'per' })).more).toBe(true)
  })

  it('shows a tenant administrator the events of their tenant only, and others nothing', async () => {
    const own = await events(3, { tenantId: acme, actor: 'zoe@acme.test' })
    await events(namesAtMost + 5, index => ({ actor: `z${index}`, tenantId: randomUUID() }))
    for (const filter of [
      {},
      { search: 'z' },
      { search: 'zoe', group: 'user' as const },
      { group: 'user' as const },
    ])
      expect(ids(await listAudit(admin, filter))).toEqual(own)
    const nobody = viewer({ role: 'customer_user', tenantId: acme })
    expect(await refusalOf(listAudit(nobody))).toBe('not-allowed')
    expect(await refusalOf(exportAudit(nobody, {}, 'csv'))).toBe('not-allowed')
  })

  it('reads no table from end to end, whatever is asked for', async () => {
    await manyEvents(6_000, 300, acme)
    await db().$executeRaw`ANALYZE "AuditEvent"`
    const plan = async (statement: Prisma.Sql) => {
      const rows = await db().$queryRaw<Record<string, string>[]>(Prisma.sql`EXPLAIN ${statement}`)
      return rows.map(row => row['QUERY PLAN']).join('\n')
    }
    const place = { at: new Date(), id: randomUUID() }
    for (const who of [root, admin])
      for (const search of [undefined, 'person1', 'person17@example.org', randomUUID()])
        for (const group of [undefined, ...actionGroups]) {
          const query = await auditQuery(who, { search, group, until: new Date() })
          for (const direction of ['older', 'newer'] as const)
            expect(
              await plan(pageStatement(query, place, direction, pageSize + 1, pageSize + 1)),
            ).not.toContain('Seq Scan on "AuditEvent"')
          if (search)
            for (const column of ['actor', 'subject'] as const)
              expect(await plan(namesStatement(query, column, search))).not.toContain(
                'Seq Scan on "AuditEvent"',
              )
        }
    const found = await listAudit(root, { search: 'person17@', group: 'sign-in' })
    expect(
      found.events.every(({ actor, action }) => actor === 'person17@example.org' && action !== 'user.added'),
    ).toBe(true)
    expect(found.events.length).toBeGreaterThan(10)
  })
})

describe('an export', () => {
  const taken = async (exporting: ReturnType<typeof exportAudit>) => {
    const all: string[] = []
    for await (const batch of await exporting) all.push(...batch.map(({ id }) => id))
    return all
  }

  it('has every event of a filter once, and is told in the audit', async () => {
    const all = await events(2_345, index => ({ tenantId: index % 2 ? acme : null, actor: `p${index % 3}` }))
    expect(await taken(exportAudit(root, { group: 'user' }, 'csv'))).toEqual(all)
    expect(await taken(exportAudit(admin, { group: 'user' }, 'jsonl'))).toEqual(
      all.filter((_, index) => index % 2),
    )
    expect((await taken(exportAudit(root, { group: 'user', search: 'p1' }, 'csv'))).length).toBe(782)
    const told = await listAudit(root, { group: 'settings' })
    expect(told.events.map(({ action, after }) => [action, after])).toEqual([
      ['audit.exported', { format: 'csv', group: 'user', search: 'p1' }],
      ['audit.exported', { format: 'jsonl', group: 'user' }],
      ['audit.exported', { format: 'csv', group: 'user' }],
    ])
    expect((await listAudit(admin, { group: 'settings' })).events).toHaveLength(1)
  })
})
