// The alarms of a tenant as its administrators see them: what came in, and what became of it.

import { v7 as uuid } from 'uuid'
import { record } from '@/domain/audit/audit'
import { type Actor, type Viewer, visibleTenant } from '@/domain/viewer'
import { type Alarm, Prisma } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { type Cursor, cursorText, readCursor } from '@/lib/cursor'
import { db, rowId, sqlNow, type Tx, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import type { AlarmStatus, Severity } from './alarm-item'
import type { EventKind } from './intake'
import type { Outcome } from './outcome'

const alarmPageSize = 50

export type AlarmFilter = { severity?: Severity; status?: AlarmStatus; tenantId?: string }

export type ListedAlarm = Pick<
  Alarm,
  'id' | 'originator' | 'type' | 'severity' | 'status' | 'startedAt' | 'createdAt' | 'repeats' | 'tenantId'
> & { mails: number; waiting: boolean }

export type AlarmPage = { alarms: ListedAlarm[]; newer?: string; older?: string }

/**
 * A page of the alarms that the viewer may see, the newest first.
 * @param place `before` or `after` a cursor of an earlier page
 * @throws Refusal not-allowed, tenant-not-found
 */
export async function listAlarms(
  viewer: Viewer,
  { severity, status, tenantId: named }: AlarmFilter = {},
  { before, after }: { before?: string; after?: string } = {},
): Promise<AlarmPage> {
  const { tenantId: own } = visibleTenant(viewer)
  if (own && named && own !== named) throw new Refusal('tenant-not-found')
  const tenantId = own ?? named
  const mine = Prisma.join(
    [
      tenantId ? Prisma.sql`"tenantId" = ${rowId(tenantId)}::uuid` : Prisma.sql`true`,
      severity ? Prisma.sql`severity = ${severity}` : Prisma.sql`true`,
      status ? Prisma.sql`status = ${status}` : Prisma.sql`true`,
    ],
    ' AND ',
  )
  const start = readCursor(after)
  if (start) {
    const rows = await rowsFrom(mine, start, 'newer')
    if (rows.length > alarmPageSize) {
      const shown = rows.slice(0, alarmPageSize).reverse()
      return pageOf(shown, { newer: shown[0], older: shown.at(-1) })
    }
  }
  const place = start ? null : readCursor(before)
  const rows = await rowsFrom(mine, place, 'older')
  const shown = rows.slice(0, alarmPageSize)
  return pageOf(shown, {
    ...(place && { newer: shown[0] }),
    ...(rows.length > alarmPageSize && { older: shown.at(-1) }),
  })
}

const rowsFrom = (mine: Prisma.Sql, from: Cursor | null, way: 'older' | 'newer') => {
  const beyond = !from
    ? Prisma.sql`true`
    : way === 'older'
      ? Prisma.sql`("createdAt", id) < (${from.at}::timestamptz, ${from.id}::uuid)`
      : Prisma.sql`("createdAt", id) > (${from.at}::timestamptz, ${from.id}::uuid)`
  const order = way === 'older' ? Prisma.sql`"createdAt" DESC, id DESC` : Prisma.sql`"createdAt", id`
  return db().$queryRaw<ListedAlarm[]>`
    SELECT page.*,
      (SELECT count(*)::int FROM "AlarmMail" mail WHERE mail."alarmId" = page.id) AS mails,
      EXISTS (SELECT 1 FROM "AlarmEvent" event WHERE event."alarmId" = page.id AND event."evaluatedAt" IS NULL) AS waiting
    FROM (
      SELECT id, originator, type, severity, status, "startedAt", "createdAt", repeats, "tenantId"
      FROM "Alarm" WHERE ${mine} AND ${beyond} ORDER BY ${order} LIMIT ${alarmPageSize + 1}
    ) page ORDER BY ${order}`
}

function pageOf(alarms: ListedAlarm[], ends: { newer?: ListedAlarm; older?: ListedAlarm }): AlarmPage {
  const at = (row?: ListedAlarm) => row && cursorText({ at: row.createdAt, id: row.id })
  return { alarms, newer: at(ends.newer), older: at(ends.older) }
}

export type AlarmEventView = { id: string; kind: EventKind; at: Date; outcomes: Outcome[] | null }

/** So many of the last events and mails are shown. */
const shown = 50

/** One alarm with all that happened to it, newest first, and its mails. @throws Refusal not-allowed, alarm-not-found */
export async function readAlarm(viewer: Viewer, id: string) {
  const alarm = await find(db(), viewer, id)
  const [events, links, customer] = await Promise.all([
    db().alarmEvent.findMany({ where: { alarmId: alarm.id }, orderBy: { id: 'desc' }, take: shown }),
    db().alarmMail.findMany({ where: { alarmId: alarm.id }, orderBy: { mailId: 'desc' }, take: shown }),
    alarm.customerId
      ? db().customer.findFirst({ where: { id: alarm.customerId, tenantId: alarm.tenantId } })
      : null,
  ])
  const mails = await db().outboundMail.findMany({
    where: { id: { in: links.map(({ mailId }) => mailId) } },
    orderBy: { createdAt: 'desc' },
    select: {
      id: true,
      recipient: true,
      kind: true,
      state: true,
      kept: true,
      cause: true,
      createdAt: true,
      dueAt: true,
      expiresAt: true,
    },
  })
  return {
    ...alarm,
    customer: customer ? customer.name : null,
    events: events.map(
      ({ id: eventId, kind, at, outcomes }): AlarmEventView => ({
        id: eventId,
        kind: kind as EventKind,
        at,
        outcomes: outcomes as Outcome[] | null,
      }),
    ),
    mails,
  }
}

/** Of which alarms a mail tells, as far as the viewer may see them; the first few. @throws Refusal not-allowed */
export async function alarmsOfMail(viewer: Viewer, mailId: string) {
  const rows = await db().alarmMail.findMany({
    where: { mailId: rowId(mailId), alarm: visibleTenant(viewer) },
    orderBy: { alarmId: 'asc' },
    take: 10,
    select: { alarm: { select: { id: true, type: true, originator: true } } },
  })
  return rows.map(({ alarm }) => alarm)
}

/** Says that somebody has seen an active alarm. Nothing changes where it is not active. @throws Refusal not-allowed, alarm-not-found */
export const acknowledgeAlarm = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const alarm = await find(tx, viewer, id)
    await acknowledge(tx, viewer, [alarm.id])
  })

/** @returns those that were active until now */
export async function acknowledge(tx: Tx, actor: Actor, ids: string[]): Promise<Alarm[]> {
  const alarms = await tx.alarm.updateManyAndReturn({
    where: { id: { in: ids }, status: 'active' },
    data: { status: 'acknowledged', acknowledgedAt: now(), acknowledgedBy: actor.email, updatedAt: now() },
  })
  const events = alarms.map(({ id, tenantId }) => ({ id: uuid(), alarmId: id, tenantId }))
  // No rule mails about it: it is told already.
  await tx.$executeRaw`
    INSERT INTO "AlarmEvent" (id, "alarmId", "tenantId", kind, at, "evaluatedAt", outcomes)
    SELECT e.id, e."alarmId", e."tenantId", 'acknowledged', ${sqlNow()}, ${sqlNow()}, '[]'
    FROM json_to_recordset(${JSON.stringify(events)}::json) AS e(id uuid, "alarmId" uuid, "tenantId" uuid)`
  for (const { id, type, originator, tenantId } of alarms)
    await record(tx, actor, 'alarm.acknowledged', {
      type: 'alarm',
      id,
      label: `${type} (${originator})`,
      tenantId,
    })
  return alarms
}

async function find(tx: Tx, viewer: Viewer, id: string): Promise<Alarm> {
  const alarm = await tx.alarm.findFirst({ where: { id: rowId(id), ...visibleTenant(viewer) } })
  if (!alarm) throw new Refusal('alarm-not-found')
  return alarm
}
