// The events of the audit, newest first, page by page at any number of them.
import type { Viewer } from '@/domain/viewer'
import { type AuditEvent, Prisma } from '@/generated/prisma/client'
import { type Cursor, cursorText, readCursor } from '@/lib/cursor'
import { db } from '@/lib/db'
import { type AuditFilter, type AuditQuery, auditQuery, places, residual } from './audit-filter'

export const pageSize = 50

/** Where in the list: before (older than) or after an event, by a cursor of an earlier page. */
export type AuditPlace = { before?: string; after?: string }

export type AuditPage = {
  events: AuditEvent[]
  /** Cursors of the pages beside this one */
  newer?: string
  older?: string
  /** Set when there are so many events that this page only says what is found down to this one. */
  searchedTo?: Date
  /** More people begin like what was searched for than were looked for. */
  more: boolean
}

/** A page of the events that the viewer may see. @throws Refusal not-allowed */
export async function listAudit(
  viewer: Viewer,
  filter: AuditFilter = {},
  { before, after }: AuditPlace = {},
): Promise<AuditPage> {
  const query = await auditQuery(viewer, filter)
  const more = query.more ?? false
  const start = readCursor(after)
  if (start) {
    const { events, stop } = await readEvents(query, start, 'newer', pageSize + 1, milliseconds)
    // A page that is not full is the first one, and then the first one as it is now.
    if (events.length > pageSize || stop) {
      const shown = events.slice(0, pageSize).reverse()
      const newest = shown[0] ?? stop ?? start
      return { events: shown, newer: cursorText(newest), older: cursorText(shown.at(-1) ?? start), more }
    }
  }
  const place = start ? null : readCursor(before)
  const { events, stop } = await readEvents(query, place, 'older', pageSize + 1, milliseconds)
  const shown = events.slice(0, pageSize)
  const last = events.length > pageSize ? shown.at(-1) : stop
  return {
    events: shown,
    newer: place ? cursorText(shown[0] ?? place) : undefined,
    older: last ? cursorText(last) : undefined,
    searchedTo: stop?.at,
    more,
  }
}

/**
 * A page of the events that the viewer may see, newest first, and where it goes on: for programs.
 * @param before a cursor of an earlier page @throws Refusal not-allowed
 */
export async function eventsBefore(
  viewer: Viewer,
  filter: AuditFilter,
  { before, most }: { before?: string; most: number },
): Promise<{ events: AuditEvent[]; next: string | null }> {
  const query = await auditQuery(viewer, filter)
  const { events, stop } = await readEvents(query, readCursor(before), 'older', most + 1, milliseconds)
  const shown = events.slice(0, most)
  const last = events.length > most ? shown.at(-1) : stop
  return { events: shown, next: last ? cursorText(last) : null }
}

/** What no index knows is looked for among so many events at a time, and for a page no longer than this. */
const windows = [500, 5_000]
const milliseconds = 400

type Direction = 'older' | 'newer'

/** So many events from a place on; or fewer, and where the search was given up for now. */
export async function readEvents(
  query: AuditQuery,
  from: Cursor | null,
  direction: Direction,
  wanted: number,
  patience = Number.POSITIVE_INFINITY,
): Promise<{ events: AuditEvent[]; stop?: Cursor }> {
  const end = performance.now() + patience
  const events: AuditEvent[] = []
  const looks = residual(query) !== null
  let cursor = from
  for (let turn = 0; ; turn++) {
    const missing = wanted - events.length
    const window = looks ? (windows[Math.min(turn, windows.length - 1)] as number) : missing
    events.push(
      ...(await db().$queryRaw<AuditEvent[]>(pageStatement(query, cursor, direction, window, missing))),
    )
    if (!looks || events.length === wanted) return { events }
    const [last] = await db().$queryRaw<Cursor[]>(lastStatement(query, cursor, direction, window))
    if (!last) return { events }
    cursor = last
    if (performance.now() > end) return { events, stop: cursor }
  }
}

/** The events of a window of the list that match, fetched one by one: no plan may read all of the table for them. */
export const pageStatement = (
  query: AuditQuery,
  from: Cursor | null,
  direction: Direction,
  window: number,
  wanted: number,
): Prisma.Sql => Prisma.sql`
  SELECT event.* FROM (${windowOf(query, from, direction, window)}) place
  CROSS JOIN LATERAL (SELECT * FROM "AuditEvent" WHERE id = place.id LIMIT 1) event
  WHERE ${residual(query) ?? Prisma.sql`true`}
  ${inOrder(direction, 'event.')} LIMIT ${number(wanted)}`

/** Where a window ends, if it is full. */
const lastStatement = (
  query: AuditQuery,
  from: Cursor | null,
  direction: Direction,
  window: number,
): Prisma.Sql =>
  Prisma.sql`SELECT at, id FROM (${windowOf(query, from, direction, window)}) place OFFSET ${number(window - 1)}`

/** An event of which a person is both the actor and the subject is there once. */
const windowOf = (
  query: AuditQuery,
  from: Cursor | null,
  direction: Direction,
  window: number,
): Prisma.Sql => {
  const by = inOrder(direction)
  const order = { within: within(query, from, direction), by, limit: Prisma.sql`LIMIT ${number(window)}` }
  return Prisma.sql`SELECT DISTINCT at, id FROM (${places(query, order)}) place ${by} LIMIT ${number(window)}`
}

const within = (query: AuditQuery, cursor: Cursor | null, direction: Direction): Prisma.Sql => {
  const place = cursor && Prisma.sql`(${cursor.at}::timestamptz, ${cursor.id}::uuid)`
  const conditions = [
    query.from && Prisma.sql`at >= ${query.from}::timestamptz`,
    query.until && Prisma.sql`at < ${query.until}::timestamptz`,
    place && (direction === 'older' ? Prisma.sql`(at, id) < ${place}` : Prisma.sql`(at, id) > ${place}`),
  ].filter(condition => condition !== null && condition !== undefined)
  return Prisma.join([Prisma.sql`true`, ...conditions], ' AND ')
}

const inOrder = (direction: Direction, of = '') =>
  Prisma.raw(direction === 'older' ? `ORDER BY ${of}at DESC, ${of}id DESC` : `ORDER BY ${of}at, ${of}id`)

/** As a literal: only then does PostgreSQL know that few rows are wanted. */
const number = (value: number) => Prisma.raw(String(value))
