// Alarms come in: checked one by one, kept together, and handed to the rules by one job.
import { createHash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import type { Viewer } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { sqlNow, type Tx, transaction } from '@/lib/db'
import { GroupCommit } from '@/lib/group-commit'
import { locks } from '@/lib/locks'
import { enqueueAll } from '@/lib/queue'
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
  const strangers = await keep({ tenantId, taken })
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

type Call = { tenantId: string; taken: Taken[] }

/** Calls of up to so many alarms share a transaction with those that come at the same moment. */
const fewAlarms = 100

/** As many writes at a time as keep the database busy. Of each call the places of those whose customer is not the tenant’s; null where the call has to go by itself. */
const together = new GroupCommit<Call, number[] | null>(keepTogether, 10, false, 2)

/**
 * Keeps what was understood of a call. Small calls share statements and a commit; those of whom anybody would have
 * to wait go by themselves, and so does each of those with whom the shared transaction failed.
 * @returns the places of those whose customer is not the tenant's
 */
async function keep(call: Call): Promise<number[]> {
  const shared = call.taken.length <= fewAlarms ? await together.add(call).catch(() => null) : null
  return shared ?? transaction(tx => keepAlone(tx, call))
}

async function keepAlone(tx: Tx, call: Call): Promise<number[]> {
  const { at, admitted } = await admit(tx, [call.tenantId], 'wait')
  if (!admitted.has(call.tenantId)) throw new Refusal('tenant-not-found')
  const [strangers = []] = await keepCalls(tx, [call], at)
  return strangers
}

function keepTogether(calls: Call[]): Promise<(number[] | null)[]> {
  return transaction(async tx => {
    const { at, admitted } = await admit(
      tx,
      [...new Set(calls.map(({ tenantId }) => tenantId))],
      'never wait',
    )
    const now = calls.filter(({ tenantId }) => admitted.has(tenantId))
    const kept = new Map((await keepCalls(tx, now, at)).map((strangers, index) => [now[index], strangers]))
    return calls.map(call => kept.get(call) ?? null)
  })
}

/** @returns of each call the places of those whose customer is not the tenant's */
async function keepCalls(tx: Tx, calls: Call[], at: Date): Promise<number[][]> {
  const isStrange = await strangeCustomers(
    tx,
    calls.flatMap(({ taken }) => taken),
  )
  const alarms = calls.flatMap(({ taken }) => taken.filter(alarm => !isStrange(alarm)))
  if (alarms.length > 0) {
    await write(tx, alarms, at)
    const tenants = new Set(alarms.map(({ tenantId }) => tenantId))
    await enqueueAll(
      tx,
      'alarms',
      [...tenants].map(tenantId => ({ data: { tenantId } })),
    )
  }
  return calls.map(({ taken }) => taken.flatMap(alarm => (isStrange(alarm) ? alarm.index : [])))
}

/**
 * Keeps the tenants; and lets one transaction at a tenant after the other: what is the same alarm is decided by what
 * the one before has left.
 * @returns when it is, and the tenants that are there; without waiting only those that nobody else is at
 */
async function admit(tx: Tx, tenantIds: string[], how: 'wait' | 'never wait') {
  const key = Prisma.sql`${locks.alarms}::int, hashtext(id::text)`
  const rows = await tx.$queryRaw<{ id: string; at: Date; admitted: boolean }[]>`
    SELECT id, ${sqlNow()} AS at, ${
      how === 'wait'
        ? Prisma.sql`pg_advisory_xact_lock(${key})::text = ''`
        : Prisma.sql`pg_try_advisory_xact_lock(${key})`
    } AS admitted
    FROM "Tenant" WHERE id = ANY (${tenantIds}::uuid[])
    FOR KEY SHARE ${how === 'wait' ? Prisma.empty : Prisma.sql`SKIP LOCKED`}`
  const admitted = new Set(rows.flatMap(row => (row.admitted ? row.id : [])))
  return { at: rows[0]?.at ?? new Date(0), admitted }
}

/** Tells alarms whose customer is not their tenant's. */
async function strangeCustomers(tx: Tx, taken: Taken[]): Promise<(alarm: Taken) => boolean> {
  const named = [...new Set(taken.flatMap(({ customerId }) => customerId ?? []))]
  if (named.length === 0) return () => false
  const known = await tx.customer.findMany({
    where: { id: { in: named } },
    select: { id: true, tenantId: true },
  })
  const tenants = new Map(known.map(({ id, tenantId }) => [id, tenantId]))
  return ({ customerId, tenantId }) =>
    customerId !== null && tenants.get(customerId.toLowerCase()) !== tenantId
}

export type EventKind = 'raised' | 'repeated' | 'cleared' | 'acknowledged' | 'reminder'

type Event = { id: string; alarmId: string; tenantId: string; kind: EventKind }

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

/** With the event that it begins with. */
type Fresh = Row & { eventId: string; kind: EventKind }

/** Most alarms are new ones: they are written without a look at those that there are, and what was no new one after it. */
async function write(tx: Tx, alarms: Taken[], at: Date): Promise<void> {
  const left = alarms.every(isPlain) ? await writeNew(tx, alarms, at) : alarms
  if (left.length > 0) await weigh(tx, left, at)
}

/** It is either new or the one with its key, whatever else there is. */
const isPlain = ({ key, status }: Taken) => key !== null && status === 'active'

/** @returns those whose key there is already, once or in the same call */
async function writeNew(tx: Tx, alarms: Taken[], at: Date): Promise<Taken[]> {
  const first = new Map<string, { alarm: Taken; row: Fresh }>()
  const again: Taken[] = []
  for (const alarm of alarms) {
    const name = ofTenant(alarm.tenantId, alarm.key ?? '')
    if (first.has(name)) again.push(alarm)
    else first.set(name, { alarm, row: begun(alarm, at) })
  }
  const all = [...first.values()]
  const there = await insertRows(
    tx,
    all.map(({ row }) => row),
  )
  return [...all.flatMap(({ alarm, row }) => (there.has(row.id) ? alarm : [])), ...again]
}

function begun(alarm: Taken, at: Date): Fresh {
  const { tenantId, source, key, status, startedAt, endedAt } = alarm
  const { originator, type, severity, details, customerId } = alarm
  return {
    id: uuid(),
    tenantId,
    source,
    key: key ?? digest(uuid()),
    originator,
    type,
    severity,
    status,
    details,
    customerId: customerId ?? undefined,
    startedAt: (startedAt ?? at).toISOString(),
    endedAt: status === 'cleared' ? (endedAt ?? at).toISOString() : undefined,
    repeats: 0,
    eventId: uuid(),
    kind: status === 'active' ? 'raised' : status,
  }
}

/** What alarms come to, by those that there are. */
async function weigh(tx: Tx, alarms: Taken[], at: Date): Promise<void> {
  const { byKey, open } = await known(tx, alarms)
  const fresh = new Map<string, Fresh>()
  const changed = new Map<string, Row>()
  const events: Event[] = []
  const last = new Map<string, EventKind>()
  const tell = ({ id, tenantId }: Row, kind: EventKind) => {
    if (last.get(id) !== kind) events.push({ id: uuid(), alarmId: id, tenantId, kind })
    last.set(id, kind)
  }
  for (const alarm of alarms) {
    const { tenantId, key } = alarm
    const pair = pairOf(alarm)
    const row =
      (key === null ? undefined : byKey.get(ofTenant(tenantId, key))) ??
      // Whoever says that something is over need not know when it began.
      (key === null || alarm.status !== 'active' ? open.get(pair) : undefined)
    if (row) {
      const kind = takeAgain(row, alarm, at)
      if (kind) tell(row, kind)
      if (!fresh.has(row.id)) changed.set(row.id, row)
      if (row.status === 'cleared') open.delete(pair)
      else open.set(pair, row)
      continue
    }
    const made = begun(alarm, at)
    fresh.set(made.id, made)
    last.set(made.id, made.kind)
    if (key !== null) byKey.set(ofTenant(tenantId, key), made)
    if (made.status !== 'cleared') open.set(pair, made)
  }
  await updateRows(tx, [...changed.values()])
  await insertRows(tx, [...fresh.values()], events)
}

/** Those that alarms may be, by their key, and what is open by originator and type. */
async function known(tx: Tx, alarms: Taken[]) {
  const keyed = alarms.filter(({ key }) => key !== null)
  const named = alarms.filter(({ key, status }) => key === null || status !== 'active')
  const rows = await tx.$queryRaw<Row[]>`
    SELECT id, "tenantId", source, key, originator, type, severity, status, details, "customerId",
      to_json("startedAt")#>>'{}' AS "startedAt", to_json("endedAt")#>>'{}' AS "endedAt", repeats
    FROM "Alarm" WHERE ("tenantId", key) IN (
      SELECT * FROM unnest(${keyed.map(one => one.tenantId)}::uuid[], ${keyed.map(one => one.key)}::text[]))
    UNION
    SELECT id, "tenantId", source, key, originator, type, severity, status, details, "customerId",
      to_json("startedAt")#>>'{}', to_json("endedAt")#>>'{}', repeats
    FROM "Alarm" WHERE status <> 'cleared' AND ("tenantId", originator, type) IN (
      SELECT * FROM unnest(${named.map(one => one.tenantId)}::uuid[],
        ${named.map(one => one.originator)}::text[], ${named.map(one => one.type)}::text[]))
    ORDER BY id`
  return {
    byKey: new Map(rows.map(row => [ofTenant(row.tenantId, row.key), row])),
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

/** @returns the ids of those whose key there was already: of them nothing is written */
async function insertRows(tx: Tx, rows: Fresh[], events: Event[] = []): Promise<Set<string>> {
  const there = await tx.$queryRaw<{ id: string }[]>`
    WITH a AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::json)
        AS a(id uuid, "tenantId" uuid, key text, source text, originator text, type text, severity text, status text,
          details jsonb, "customerId" uuid, "startedAt" timestamptz, "endedAt" timestamptz, repeats int,
          "eventId" uuid, kind text)
    ), fresh AS (
      INSERT INTO "Alarm" (id, "tenantId", key, source, originator, type, severity, status, details, "customerId",
        "startedAt", "endedAt", repeats, "createdAt", "updatedAt")
      SELECT a.id, a."tenantId", a.key, a.source, a.originator, a.type, a.severity, a.status, a.details,
        a."customerId", a."startedAt", a."endedAt", a.repeats, ${sqlNow()}, ${sqlNow()}
      FROM a ON CONFLICT ("tenantId", key) DO NOTHING RETURNING id
    ), told AS (
      INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, at)
      SELECT a."eventId", a.id, a."tenantId", a.kind, ${sqlNow()} FROM a WHERE a.id IN (SELECT id FROM fresh)
      UNION ALL
      SELECT e.id, e."alarmId", e."tenantId", e.kind, ${sqlNow()}
      FROM json_to_recordset(${JSON.stringify(events)}::json) AS e(id uuid, "alarmId" uuid, "tenantId" uuid, kind text)
    )
    SELECT id FROM a WHERE id NOT IN (SELECT id FROM fresh)`
  return new Set(there.map(({ id }) => id))
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

const pairOf = ({ tenantId, originator, type }: Pick<Row, 'tenantId' | 'originator' | 'type'>) =>
  ofTenant(tenantId, `${originator}\0${type}`)

/** What one tenant calls so is nothing to another. */
const ofTenant = (tenantId: string, name: string) => `${tenantId}\0${name}`

/** Of texts, so that each is told from its neighbour. */
export const digest = (...texts: string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('base64url')
