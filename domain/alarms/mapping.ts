// Alarms out of any JSON, by an expression of the tenant (JSONata) that makes our own shape of it.
import { record } from '@/domain/audit/audit'
import { keepTenant } from '@/domain/tenancy/keep'
import type { Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { db, rowId, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { type ReadAlarm, type RejectedAlarm, readItem } from './alarm-item'
import { runTask } from './sandbox'
import { tenantOf } from './tenant-of'

/** So long is an expression at most. */
const longest = 20_000

/** The mapping of a tenant; empty while there is none. @throws Refusal not-allowed, tenant-required, tenant-not-found */
export async function readMapping(viewer: Viewer, tenantId?: string): Promise<string> {
  const row = await db().alarmMapping.findUnique({ where: { tenantId: rowId(tenantOf(viewer, tenantId)) } })
  return row?.expression ?? ''
}

/**
 * Saves it; an empty one is none.
 * @throws Refusal not-allowed, tenant-required, tenant-not-found; alarm-mapping-invalid at `expression`
 */
export async function saveMapping(viewer: Viewer, expression: string, tenantId?: string): Promise<void> {
  const owner = rowId(tenantOf(viewer, tenantId))
  await refuseInvalid(expression)
  await transaction(async tx => {
    if (!(await keepTenant(tx, owner))) throw new Refusal('tenant-not-found')
    const before = await tx.alarmMapping.findUnique({ where: { tenantId: owner } })
    if ((before?.expression ?? '') === expression) return
    const data = { expression, changedAt: now() }
    await tx.alarmMapping.upsert({
      where: { tenantId: owner },
      create: { tenantId: owner, ...data },
      update: data,
    })
    await record(
      tx,
      viewer,
      'alarm-mapping.changed',
      { type: 'tenant', id: owner, label: 'mapping', tenantId: owner },
      {
        before: { expression: before?.expression.slice(0, 1_000) ?? '' },
        after: { expression: expression.slice(0, 1_000) },
      },
    )
  })
}

/**
 * What an expression makes of a sample, without keeping anything.
 * @throws Refusal not-allowed, alarm-mapping-invalid, alarm-mapping-failed
 */
export async function previewMapping(
  viewer: Viewer,
  expression: string,
  body: unknown,
  tenantId?: string,
): Promise<{ alarms: ReadAlarm[]; rejected: RejectedAlarm[] }> {
  tenantOf(viewer, tenantId)
  await refuseInvalid(expression)
  const read = (await mapped(expression, body)).map(readItem)
  return {
    alarms: read.flatMap(one => ('alarm' in one ? one.alarm : [])),
    rejected: read.flatMap((one, index) => ('problem' in one ? { index, ...one.problem } : [])),
  }
}

/** Items in our own shape, as the tenant's mapping makes them. @throws Refusal alarm-mapping-missing, alarm-mapping-failed */
export async function readMapped(viewer: Viewer, body: unknown, tenantId?: string): Promise<unknown[]> {
  const expression = await readMapping(viewer, tenantId)
  if (!expression) throw new Refusal('alarm-mapping-missing')
  return mapped(expression, body)
}

async function mapped(expression: string, body: unknown): Promise<unknown[]> {
  const { json, problem, detail = '' } = await runTask({ kind: 'map', expression, input: 0 }, body)
  if (problem || json === undefined)
    throw new Refusal('alarm-mapping-failed', {
      field: 'expression',
      values: { detail: detail || (problem ?? '') },
    })
  const value: unknown = JSON.parse(json)
  return value === null ? [] : Array.isArray(value) ? value : [value]
}

async function refuseInvalid(expression: string): Promise<void> {
  const refuse = (detail: string) =>
    new Refusal('alarm-mapping-invalid', { field: 'expression', values: { detail } })
  if (expression.length > longest) throw refuse(`more than ${longest} characters`)
  const { problem, detail = '' } = await runTask({ kind: 'check', expression })
  if (problem) throw refuse(detail)
}
