// Alarms come in: checked one by one, kept together, and handed to the rules by one job.
import { createHash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import type { Viewer } from '@/domain/viewer'
import { sqlNow, type Tx, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { enqueue } from '@/lib/queue'
import { Refusal } from '@/lib/refusal'
import {
  type AlarmStatus,
  mostAlarms,
  type ReadAlarm,
  readItem,
  type Severity,
  type TakenAlarms,
} from './alarm-item'
import { tenantOf } from './tenant-of'

/**
 * Takes alarms in our own shape. What is wrong with one keeps none of the others out.
 * @param items anything; each is looked at by itself
 * @param options.tenantId whose they are: for the system administrator, who has no tenant
 * @returns once they are committed
 * @throws Refusal not-allowed, tenant-required, tenant-not-found, too-many-alarms
 */
export const takeAlarms = (
  viewer: Viewer,
  items: readonly unknown[],
  options: { tenantId?: string } = {},
): Promise<TakenAlarms> => storeAlarms(viewer, items, 'latchkey', options.tenantId)

/** The same for items that were made of another format. */
export async function storeAlarms(
  viewer: Viewer,
  items: readonly unknown[],
  source: string,
  named?: string,
): Promise<TakenAlarms> {
  const tenantId = tenantOf(viewer, named)
  if (items.length > mostAlarms) throw new Refusal('too-many-alarms', { values: { most: mostAlarms } })
  const read = items.map(readItem)
  const rejected = read.flatMap((one, index) => ('problem' in one ? { index, ...one.problem } : []))
  const taken = read.flatMap((one, index) => ('alarm' in one ? { index, alarm: one.alarm } : []))
  const strangers = await transaction(tx => keep(tx, tenantId, source, taken))
  return {
    accepted: taken.length - strangers.length,
    rejected: [
      ...rejected,
      ...strangers.map(index => ({
        index,
        code: 'customer-not-found',
        detail: 'customerId: the tenant has no such customer',
      })),
    ].sort((one, other) => one.index - other.index),
  }
}

type Taken = { index: number; alarm: ReadAlarm }

/** @returns the places of those whose customer is not the tenant's */
async function keep(tx: Tx, tenantId: string, source: string, taken: Taken[]): Promise<number[]> {
  const at = await beginIntake(tx, tenantId)
  const strange = await strangeCustomers(tx, tenantId, taken)
  const alarms = taken.flatMap(({ alarm }) =>
    alarm.customerId && strange.has(alarm.customerId) ? [] : alarm,
  )
  if (alarms.length > 0) {
    await write(tx, tenantId, source, alarms, at)
    await enqueue(tx, 'alarms', { tenantId })
  }
  return taken.flatMap(({ index, alarm }) => (alarm.customerId && strange.has(alarm.customerId) ? index : []))
}

/**
 * Keeps the tenant; and lets one call of a tenant in after the other: what is the same alarm is decided by what the one
 * before has left. @returns when it is
 */
async function beginIntake(tx: Tx, tenantId: string): Promise<Date> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT ${sqlNow()} AS at, pg_advisory_xact_lock(${locks.alarms}::int, hashtext(${tenantId}))::text AS held
    FROM "Tenant" WHERE id = ${tenantId}::uuid FOR KEY SHARE`
  if (!row) throw new Refusal('tenant-not-found')
  return row.at
}

async function strangeCustomers(tx: Tx, tenantId: string, taken: Taken[]): Promise<Set<string>> {
  const named = [...new Set(taken.flatMap(({ alarm }) => alarm.customerId ?? []))]
  if (named.length === 0) return new Set()
  const known = await tx.customer.findMany({ where: { id: { in: named }, tenantId }, select: { id: true } })
  const ids = new Set(known.map(({ id }) => id))
  return new Set(named.filter(id => !ids.has(id.toLowerCase())))
}

export type EventKind = 'raised' | 'repeated' | 'cleared' | 'acknowledged' | 'reminder'

type Event = { id: string; alarmId: string; kind: EventKind }

type Row = {
  id: string
  key: string
  originator: string
  type: string
  severity: Severity
  status: AlarmStatus
  details: unknown
  customerId: string | null
  startedAt: string
  endedAt: string | null
  repeats: number
}

/** What the alarms of a call come to, by those that there are. */
async function write(tx: Tx, tenantId: string, source: string, alarms: ReadAlarm[], at: Date): Promise<void> {
  const { byKey, open } = await known(tx, tenantId, alarms)
  const fresh = new Map<string, Row>()
  const changed = new Map<string, Row>()
  const events: Event[] = []
  const last = new Map<string, EventKind>()
  const tell = (alarmId: string, kind: EventKind) => {
    if (last.get(alarmId) !== kind) events.push({ id: uuid(), alarmId, kind })
    last.set(alarmId, kind)
  }
  for (const alarm of alarms) {
    const pair = pairOf(alarm)
    const key = keyOf(alarm)
    const row =
      (key === null ? undefined : byKey.get(key)) ??
      // Whoever says that something is over need not know when it began.
      (key === null || alarm.status !== 'active' ? open.get(pair) : undefined)
    if (row) {
      const kind = takeAgain(row, alarm, at)
      if (kind) tell(row.id, kind)
      if (!fresh.has(row.id)) changed.set(row.id, row)
      if (row.status === 'cleared') open.delete(pair)
      else open.set(pair, row)
      continue
    }
    const { status, startedAt, endedAt, originator, type, severity, details, customerId } = alarm
    const made: Row = {
      id: uuid(),
      key: key ?? digest(uuid()),
      originator,
      type,
      severity,
      status,
      details,
      customerId,
      startedAt: (startedAt ?? at).toISOString(),
      endedAt: status === 'cleared' ? (endedAt ?? at).toISOString() : null,
      repeats: 0,
    }
    fresh.set(made.id, made)
    byKey.set(made.key, made)
    if (status !== 'cleared') open.set(pair, made)
    tell(made.id, status === 'active' ? 'raised' : status)
  }
  await updateRows(tx, [...changed.values()])
  await insertRows(tx, tenantId, source, [...fresh.values()], events)
}

/** Those that the alarms of a call may be, by their key, and what is open by originator and type. */
async function known(tx: Tx, tenantId: string, alarms: ReadAlarm[]) {
  const keys = alarms.flatMap(alarm => keyOf(alarm) ?? [])
  const named = alarms.filter(alarm => keyOf(alarm) === null || alarm.status !== 'active')
  const rows = await tx.$queryRaw<(Row & { byKey: boolean })[]>`
    SELECT id, key, originator, type, severity, status, details, "customerId",
      to_json("startedAt")#>>'{}' AS "startedAt", to_json("endedAt")#>>'{}' AS "endedAt", repeats
    FROM "Alarm" WHERE "tenantId" = ${tenantId}::uuid AND key = ANY (${keys}::text[])
    UNION
    SELECT id, key, originator, type, severity, status, details, "customerId",
      to_json("startedAt")#>>'{}', to_json("endedAt")#>>'{}', repeats
    FROM "Alarm" WHERE "tenantId" = ${tenantId}::uuid AND status <> 'cleared' AND (originator, type) IN (
      SELECT * FROM unnest(${named.map(one => one.originator)}::text[], ${named.map(one => one.type)}::text[]))
    ORDER BY id`
  return {
    byKey: new Map(rows.map(row => [row.key, row as Row])),
    // Of several the newest.
    open: new Map(rows.flatMap(row => (row.status === 'cleared' ? [] : [[pairOf(row), row as Row]]))),
  }
}

/** What it means that a known alarm comes once more; undefined where it is no news. Changes the row. */
function takeAgain(row: Row, alarm: ReadAlarm, at: Date): EventKind | undefined {
  row.repeats += 1
  const was = row.status
  if (alarm.status === 'cleared') {
    if (was === 'cleared') return undefined
    row.status = 'cleared'
    row.endedAt = (alarm.endedAt ?? at).toISOString()
    return 'cleared'
  }
  if (was === 'cleared') {
    // A late copy of what is over is no news. Only where it is known by a fingerprint alone can it begin anew.
    const anew =
      alarm.fingerprint !== null &&
      (alarm.startedAt === null || (row.endedAt !== null && alarm.startedAt > new Date(row.endedAt)))
    if (!anew || alarm.status !== 'active') return undefined
    Object.assign(row, { endedAt: null, startedAt: (alarm.startedAt ?? at).toISOString(), status: 'active' })
  }
  row.severity = alarm.severity
  row.details = alarm.details
  row.customerId = alarm.customerId ?? row.customerId
  if (was === 'cleared') return 'raised'
  if (alarm.status === 'acknowledged') {
    row.status = 'acknowledged'
    return was === 'acknowledged' ? undefined : 'acknowledged'
  }
  // Its source goes on saying that it is there, and need not know that somebody has seen it.
  return was === 'acknowledged' ? undefined : 'repeated'
}

async function insertRows(
  tx: Tx,
  tenantId: string,
  source: string,
  rows: Row[],
  events: Event[],
): Promise<void> {
  await tx.$executeRaw`
    WITH fresh AS (
      INSERT INTO "Alarm" (id, "tenantId", key, source, originator, type, severity, status, details, "customerId",
        "startedAt", "endedAt", repeats, "createdAt", "updatedAt")
      SELECT a.id, ${tenantId}::uuid, a.key, ${source}, a.originator, a.type, a.severity, a.status, a.details,
        a."customerId", a."startedAt", a."endedAt", a.repeats, ${sqlNow()}, ${sqlNow()}
      FROM json_to_recordset(${JSON.stringify(rows)}::json)
        AS a(id uuid, key text, originator text, type text, severity text, status text, details jsonb,
          "customerId" uuid, "startedAt" timestamptz, "endedAt" timestamptz, repeats int)
    )
    INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, at)
    SELECT e.id, e."alarmId", ${tenantId}::uuid, e.kind, ${sqlNow()}
    FROM json_to_recordset(${JSON.stringify(events)}::json) AS e(id uuid, "alarmId" uuid, kind text)`
}

async function updateRows(tx: Tx, rows: Row[]): Promise<void> {
  if (rows.length === 0) return
  await tx.$executeRaw`
    UPDATE "Alarm" alarm SET severity = a.severity, status = a.status, details = a.details,
      "customerId" = a."customerId", "startedAt" = a."startedAt", "endedAt" = a."endedAt", repeats = a.repeats,
      "updatedAt" = ${sqlNow()}
    FROM json_to_recordset(${JSON.stringify(rows)}::json)
      AS a(id uuid, severity text, status text, details jsonb, "customerId" uuid, "startedAt" timestamptz, "endedAt" timestamptz, repeats int)
    WHERE alarm.id = a.id`
}

/** Null where it is known by its originator and type alone. */
function keyOf({ fingerprint, startedAt, originator, type }: ReadAlarm): string | null {
  if (fingerprint !== null) return digest('fingerprint', fingerprint)
  return startedAt && digest('start', originator, type, startedAt.toISOString())
}

const pairOf = ({ originator, type }: { originator: string; type: string }) => `${originator}\0${type}`

/** Of texts, so that each is told from its neighbour. */
export const digest = (...texts: string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url')
