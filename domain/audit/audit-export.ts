// All events of a filter for somebody to keep: read in batches, and never held together.
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { AuditEvent } from '@/generated/prisma/client'
import { batchSize } from '@/lib/batches'
import { transaction } from '@/lib/db'
import { record } from './audit'
import { type AuditFilter, auditQuery } from './audit-filter'
import { readEvents } from './audit-list'

/**
 * Records that the viewer takes the events of a filter with them, and gives them, newest first.
 * @throws Refusal not-allowed
 */
export async function exportAudit(
  viewer: Viewer,
  filter: AuditFilter,
  format: 'csv' | 'jsonl',
): Promise<AsyncIterable<AuditEvent[]>> {
  const query = await auditQuery(viewer, filter)
  const asked = {
    format,
    ...(filter.group && { group: filter.group }),
    ...(filter.search && { search: filter.search }),
    ...(filter.from && { from: filter.from.toISOString() }),
    ...(filter.until && { until: filter.until.toISOString() }),
  }
  const subject = { type: 'installation' as const, id: null, label: 'audit', ...visibleTenant(viewer) }
  await transaction(tx => record(tx, viewer, 'audit.exported', subject, { after: asked }))
  return batches(query)
}

async function* batches(query: Awaited<ReturnType<typeof auditQuery>>): AsyncGenerator<AuditEvent[]> {
  for (let from: AuditEvent | null = null; ; ) {
    const { events } = await readEvents(query, from, 'older', batchSize)
    if (events.length > 0) yield events
    from = events.at(-1) ?? null
    if (events.length < batchSize) return
  }
}
