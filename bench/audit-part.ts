// A process that fills the audit, and reads pages of it.
import { randomUUID } from 'node:crypto'
import type { AuditFilter } from '@/domain/audit/audit-filter'
import { type AuditPlace, listAudit } from '@/domain/audit/audit-list'
import { manyEvents } from '@/domain/audit/testing/rows'
import { viewer } from '@/domain/testing/viewers'
import { cursorText } from '@/lib/cursor'
import { boot } from '@/server/boot'
import { medianOf, settle } from './reads'

/** Milliseconds for a page, by what was asked for */
export type AuditResult = Record<string, number>

const perStatement = 20_000

process.on('disconnect', () => process.exit())
const running = await boot({ worker: false, web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))

process.on('message', async ({ events }: { events: number }) => {
  const tenantId = randomUUID()
  const people = Math.max(200, events / 50)
  for (let first = 1; first <= events; first += perStatement)
    await manyEvents(Math.min(perStatement, events - first + 1), people, tenantId, first)
  await settle('AuditEvent')
  const root = viewer()
  const admin = viewer({ role: 'tenant_administrator', tenantId })
  const page = (who = root, filter: AuditFilter = {}, place: AuditPlace = {}) =>
    medianOf(() => listAudit(who, filter, place))
  const middle = cursorText({ at: new Date(Date.now() - (events / 2) * 1_000), id: randomUUID() })
  process.send?.({
    page: await page(),
    'page-deep': await page(root, {}, { before: middle }),
    filter: await page(root, { group: 'user' }),
    'filter-nothing': await page(root, { group: 'settings' }),
    'search-beginning': await page(root, { search: 'person1' }),
    'search-person': await page(root, { search: 'person17@example.org' }),
    'search-and-filter': await page(root, { search: 'person17@', group: 'user' }),
    'tenant-search': await page(admin, { search: 'person1' }),
  } satisfies AuditResult)
})
