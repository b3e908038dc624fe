// Alarms come in: checked one by one, kept together, and handed to the rules by one job.
import { hash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import type { Viewer } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { query, sqlNow, type Tx, transaction } from '@/lib/db'
import { GroupCommit } from '@/lib/group-commit'
import { locks } from '@/lib/locks'
import { log } from '@/lib/log'
import { enqueue, enqueueAlone } from '@/lib/queue'
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
  const taken = read.flatMap((one, index) =>
    'alarm' in one ? { index, ...one.alarm, tenantId, source, key: keyOf(one.alarm) } : [],
  )
  const strangers = await keep(tenantId, taken)
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

/** An alarm of a call: its place there, whose it is, and the key that it is known by. */
type Taken = ReadAlarm & {
  index: number
  tenantId: string
  source: string
  /** Null where it is known by its originator and type alone */
  key: string | null
}

/** Calls of up to so many alarms share a statement and a commit with those that come at the same moment. */
const fewAlarms = 100

/** Of each call those that are left; one write is prepared while the other waits for the disk. */
const together = new GroupCommit<Taken[], Taken[]>(writeNew, 10, false, 2)

/**
 * Keeps what was understood of a call. Most alarms are new ones: those of small calls are written together, without a
 * look at those that there are. What is left goes by itself: what there is already, and whatever failed.
 * @returns the places of those whose customer is not the tenant's
 */
async function keep(tenantId: string, taken: Taken[]): Promise<number[]> {
  const few = taken.length > 0 && taken.length <= fewAlarms && taken.every(isPlain)
  const left = few ? await together.add(taken).catch(() => taken) : taken
  if (left.length < taken.length)
    // A lost job does no harm: whoever looks for alarms finds them.
    enqueueAlone('alarms', { tenantId }).catch(error =>
      log.warn({ tenantId, error: String(error) }, 'could not say that there are alarms'),
    )
  return few && left.length === 0 ? [] : transaction(tx => keepAlone(tx, tenantId, left))
}

/** It is either new or the one with its key, whatever else there is. */
const isPlain = ({ key, status }: Taken) => key !== null && status === 'active'

/** @returns of each call those whose key, tenant or customer keeps them from being new ones, and are to be looked at */
async function writeNew(calls: Taken[][]): Promise<Taken[][]> {
  const first = new Map<string, { alarm: Taken; row: New }>()
  for (const alarm of calls.flat()) {
    // What one tenant calls so is nothing to another.
    const name = `${alarm.tenantId} ${alarm.key}`
    if (!first.has(name)) first.set(name, { alarm, row: newRow(alarm) })
  }
  const all = [...first.values()]
  const written = new Set(all.map(({ alarm }) => alarm))
  const left = new Set(await insertNew(all.map(({ row }) => row)))
  for (const { alarm, row } of all) if (left.has(row.id)) written.delete(alarm)
  return calls.map(taken => taken.filter(alarm => !written.has(alarm)))
}

/**
 * Writes those that are new, of tenants that are there and that nobody else is at: in a statement by itself, so that
 * nobody waits for anybody. @returns the ids of the others
 */
async function insertNew(rows: New[]): Promise<string[]> {
  const left = await query<{ id: string }>(Prisma.sql`
    WITH a AS MATERIALIZED (
      SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS a(${columns})
    ), tenant AS MATERIALIZED (
      SELECT id, pg_try_advisory_xact_lock(${locks.alarms}::int, hashtext(id::text)) AS mine FROM "Tenant"
      WHERE id = ANY (${[...new Set(rows.map(({ tenantId }) => tenantId))]}::uuid[]) FOR KEY SHARE SKIP LOCKED
    ), fresh AS (
      ${insertAlarms()} FROM a JOIN tenant ON tenant.id = a."tenantId" WHERE tenant.mine AND (a."customerId" IS NULL
        OR EXISTS (SELECT 1 FROM "Customer" c WHERE c.id = a."customerId" AND c."tenantId" = a."tenantId"))
      ON CONFLICT ("tenantId", key) DO NOTHING RETURNING id
    ), told AS (
      INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, at)
      SELECT a.id, a.id, a."tenantId", 'raised', ${sqlNow()} FROM a WHERE a.id IN (SELECT id FROM fresh)
    )
    SELECT id FROM a WHERE id NOT IN (SELECT id FROM fresh)`)
  return left.map(({ id }) => id)
}

async function keepAlone(tx: Tx, tenantId: string, taken: Taken[]): Promise<number[]> {
  const at = await beginIntake(tx, tenantId)
  const strange = await strangeCustomers(tx, tenantId, taken)
  const isStrange = ({ customerId }: Taken) => customerId !== null && strange.has(customerId)
  const alarms = taken.filter(alarm => !isStrange(alarm))
  if (alarms.length > 0) {
    await write(tx, tenantId, alarms, at)
    await enqueue(tx, 'alarms', { tenantId })
  }
  return taken.flatMap(alarm => (isStrange(alarm) ? alarm.index : []))
}

/**
 * Keeps the tenant; and lets one call of a tenant in after the other: what is the same alarm is decided by what the one
 * before has left. @returns when it is
 */
async function beginIntake(tx: Tx, tenantId: string): Promise<Date> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT ${sqlNow()} AS at, pg_advisory_xact_lock(${locks.alarms}::int, hashtext(id::text))::text AS held
    FROM "Tenant" WHERE id = ${tenantId}::uuid FOR KEY SHARE`
  if (!row) throw new Refusal('tenant-not-found')
  return row.at
}

async function strangeCustomers(tx: Tx, tenantId: string, taken: Taken[]): Promise<Set<string>> {
  const named = [...new Set(taken.flatMap(({ customerId }) => customerId ?? []))]
  if (named.length === 0) return new Set()
  const known = await tx.customer.findMany({ where: { id: { in: named }, tenantId }, select: { id: true } })
  const ids = new Set(known.map(({ id }) => id))
  return new Set(named.filter(id => !ids.has(id.toLowerCase())))
}

export type EventKind = 'raised' | 'repeated' | 'cleared' | 'acknowledged' | 'reminder'

type Event = { id: string; alarmId: string; kind: EventKind }

type Row = {
  id: string
  tenantId: string
  source: string
  key: string
  originator: string
  type: string
  severity: Severity
  status: AlarmStatus
  details: unknown
  customerId?: string | null
  startedAt: string
  endedAt?: string | null
  repeats: number
}

/** With the event that it begins with, which has its id. */
type Fresh = Omit<Row, 'startedAt'> & { startedAt?: string; kind: EventKind }

/** All that there is to say of one that is active. */
type New = Omit<Fresh, 'status' | 'endedAt' | 'repeats' | 'kind'>

/** A row of its own; without a start it begins when it is written. */
const newRow = ({ tenantId, source, key, originator, type, severity, details, ...alarm }: Taken): New => ({
  id: uuid(),
  ...{ tenantId, source, key: key ?? digest(uuid()), originator, type, severity, details },
  customerId: alarm.customerId ?? undefined,
  startedAt: alarm.startedAt?.toISOString(),
})

const begun = (alarm: Taken): Fresh => ({
  ...newRow(alarm),
  status: alarm.status,
  repeats: 0,
  kind: alarm.status === 'active' ? 'raised' : alarm.status,
})

/** What alarms come to, by those that there are. */
async function write(tx: Tx, tenantId: string, alarms: Taken[], at: Date): Promise<void> {
  const { byKey, open } = await known(tx, tenantId, alarms)
  const fresh = new Map<string, Row & Fresh>()
  const changed = new Map<string, Row>()
  const events: Event[] = []
  const last = new Map<string, EventKind>()
  const tell = (alarmId: string, kind: EventKind) => {
    if (last.get(alarmId) !== kind) events.push({ id: uuid(), alarmId, kind })
    last.set(alarmId, kind)
  }
  for (const alarm of alarms) {
    const { key } = alarm
    const pair = pairOf(alarm)
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
    const made = {
      ...begun(alarm),
      startedAt: (alarm.startedAt ?? at).toISOString(),
      endedAt: alarm.status === 'cleared' ? (alarm.endedAt ?? at).toISOString() : undefined,
    }
    fresh.set(made.id, made)
    last.set(made.id, made.kind)
    byKey.set(made.key, made)
    if (made.status !== 'cleared') open.set(pair, made)
  }
  await updateRows(tx, [...changed.values()])
  await insertRows(tx, tenantId, [...fresh.values()], events)
}

/** Those that the alarms of a call may be, by their key, and what is open by originator and type. */
async function known(tx: Tx, tenantId: string, alarms: Taken[]) {
  const keys = alarms.flatMap(({ key }) => key ?? [])
  const named = alarms.filter(({ key, status }) => key === null || status !== 'active')
  const rows = await tx.$queryRaw<Row[]>`
    SELECT id, "tenantId", source, key, originator, type, severity, status, details, "customerId",
      to_json("startedAt")#>>'{}' AS "startedAt", to_json("endedAt")#>>'{}' AS "endedAt", repeats
    FROM "Alarm" WHERE "tenantId" = ${tenantId}::uuid AND key = ANY (${keys}::text[])
    UNION
    SELECT id, "tenantId", source, key, originator, type, severity, status, details, "customerId",
      to_json("startedAt")#>>'{}', to_json("endedAt")#>>'{}', repeats
    FROM "Alarm" WHERE "tenantId" = ${tenantId}::uuid AND status <> 'cleared' AND (originator, type) IN (
      SELECT * FROM unnest(${named.map(one => one.originator)}::text[], ${named.map(one => one.type)}::text[]))
    ORDER BY id`
  return {
    byKey: new Map(rows.map(row => [row.key, row])),
    // Of several the newest.
    open: new Map(rows.flatMap(row => (row.status === 'cleared' ? [] : [[pairOf(row), row]]))),
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
      (alarm.startedAt === null || (row.endedAt ? alarm.startedAt > new Date(row.endedAt) : false))
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

/** How `json_to_recordset` reads `Fresh`. */
const columns = Prisma.sql`id uuid, "tenantId" uuid, key text, source text, originator text, type text, severity text,
  status text, details jsonb, "customerId" uuid, "startedAt" timestamptz, "endedAt" timestamptz, repeats int,
  kind text`

/** Alarms out of `a`: new ones need not say what they are. */
const insertAlarms = () => Prisma.sql`
  INSERT INTO "Alarm" (id, "tenantId", key, source, originator, type, severity, status, details, "customerId",
    "startedAt", "endedAt", repeats, "createdAt", "updatedAt")
  SELECT a.id, a."tenantId", a.key, a.source, a.originator, a.type, a.severity,
    coalesce(a.status, 'active'), a.details, a."customerId", coalesce(a."startedAt", ${sqlNow()}), a."endedAt",
    coalesce(a.repeats, 0), ${sqlNow()}, ${sqlNow()}`

async function insertRows(tx: Tx, tenantId: string, rows: Fresh[], events: Event[]): Promise<void> {
  await tx.$executeRaw`
    WITH a AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json) AS a(${columns})
    ), fresh AS (
      ${insertAlarms()} FROM a
    )
    INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, at)
    SELECT a.id, a.id, a."tenantId", a.kind, ${sqlNow()} FROM a
    UNION ALL
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

const pairOf = ({ originator, type }: Pick<Row, 'originator' | 'type'>) => `${originator}\0${type}`

/** Of texts, so that each is told from its neighbour. */
export const digest = (...texts: string[]): string => hash('sha256', JSON.stringify(texts), 'base64url')
