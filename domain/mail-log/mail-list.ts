// The mails of the outbox, newest first, page by page at any number of them.

import { beyond, cursorOf, cursorText, inOrder, type MailCursor } from '@/domain/outbox/mail-cursor'
import type { Viewer } from '@/domain/viewer'
import type { OutboundMail, Prisma } from '@/generated/prisma/client'
import { countedTo } from '@/lib/count'
import { db } from '@/lib/db'
import { countMails, type MailCounts } from './mail-count'
import { indexed, type MailFilter, type MailQuery, matching, queryOf } from './mail-filter'

export const pageSize = 50

/** Where in the list: before (older than) or after a mail, by a cursor of an earlier page. */
export type MailPlace = { before?: string; after?: string }

export type ListedMail = Pick<
  OutboundMail,
  'id' | 'recipient' | 'kind' | 'state' | 'kept' | 'cause' | 'dueAt' | 'expiresAt' | 'createdAt'
>

export type MailPage = {
  mails: ListedMail[]
  counts: MailCounts
  /** Cursors of the pages beside this one */
  newer?: string
  older?: string
  /** Set when there are so many mails that this page only says what is found down to this one. */
  searchedTo?: Date
}

/**
 * A page of the viewer's mails, and the number in each state for the same kind and search.
 * @throws Refusal not-allowed
 */
export async function listMails(
  viewer: Viewer,
  filter: MailFilter = {},
  { before, after }: MailPlace = {},
): Promise<MailPage> {
  const query = await queryOf(viewer, filter)
  const counts = await countMails(query)
  const start = cursorOf(after)
  if (start) {
    const { mails, stop } = await read(query, counts, start, 'newer')
    // A page that is not full is the first one, and then the first one as it is now.
    if (mails.length > pageSize || stop) {
      const shown = mails.slice(0, pageSize).reverse()
      const newest = shown[0] ?? stop ?? start
      return { mails: shown, counts, newer: cursorText(newest), older: cursorText(shown.at(-1) ?? start) }
    }
  }
  const place = start ? null : cursorOf(before)
  const { mails, stop } = await read(query, counts, place, 'older')
  const shown = mails.slice(0, pageSize)
  const last = mails.length > pageSize ? shown.at(-1) : stop
  return {
    mails: shown,
    counts,
    newer: place ? cursorText(shown[0] ?? place) : undefined,
    older: last ? cursorText(last) : undefined,
    searchedTo: stop?.createdAt,
  }
}

/**
 * A page of the viewer's mails, newest first, and where it goes on: for programs, which count for themselves.
 * @param before a cursor of an earlier page @throws Refusal not-allowed
 */
export async function mailsBefore(
  viewer: Viewer,
  filter: MailFilter,
  { before, most }: { before?: string; most: number },
): Promise<{ mails: ListedMail[]; next: string | null }> {
  const { mails, stop } = await read(await queryOf(viewer, filter), null, cursorOf(before), 'older', most)
  const shown = mails.slice(0, most)
  const last = mails.length > most ? shown.at(-1) : stop
  return { mails: shown, next: last ? cursorText(last) : null }
}

/**
 * The newest few of the viewer's mails. What no index knows, as a part of an address, is looked for among the newest only.
 * @throws Refusal not-allowed
 */
export async function newestMails(viewer: Viewer, filter: MailFilter, most: number): Promise<ListedMail[]> {
  const query = await queryOf(viewer, filter)
  return windowOf(query, indexed(query), null, 'older', windows[0], most)
}

/** What no index knows is looked for among so many mails at a time, and no longer than this. */
const windows = [500, 5_000, 50_000] as const
const milliseconds = 400

/** A page and one mail more, or less and where the search was given up for now. */
async function read(
  query: MailQuery,
  counts: MailCounts | null,
  from: MailCursor | null,
  direction: Direction,
  most = pageSize,
) {
  const way = counts ? withFewInState(query, counts) : indexed(query)
  const end = performance.now() + milliseconds
  const mails: ListedMail[] = []
  let cursor = from
  for (let turn = 0; ; turn++) {
    const window = windows[Math.min(turn, windows.length - 1)] as number
    mails.push(...(await windowOf(query, way, cursor, direction, window, most + 1 - mails.length)))
    if (mails.length > most) return { mails }
    const [last] = await db().$queryRaw<MailCursor[]>`
      SELECT "createdAt", id FROM "OutboundMail" WHERE ${way} AND ${beyond(cursor, direction)}
      ${inOrder(direction)} LIMIT 1 OFFSET ${window - 1}`
    if (!last) return { mails }
    cursor = last
    if (performance.now() > end) return { mails, stop: cursor }
  }
}

type Direction = 'older' | 'newer'

/** Those of a window of the list that match. */
const windowOf = (
  query: MailQuery,
  way: Prisma.Sql,
  from: MailCursor | null,
  direction: Direction,
  window: number,
  wanted: number,
) =>
  db().$queryRaw<ListedMail[]>`
    SELECT id, recipient, kind, state, kept, cause, "dueAt", "expiresAt", "createdAt"
    FROM (
      SELECT * FROM "OutboundMail" WHERE ${way} AND ${beyond(from, direction)}
      ${inOrder(direction)} LIMIT ${window}
    ) mail
    WHERE ${matching(query)} ${inOrder(direction)} LIMIT ${wanted}`

/** A state in which there are few mails is found by the index of the queue, and sorted. */
const withFewInState = (query: MailQuery, counts: MailCounts) =>
  query.state &&
  query.state !== 'sent' &&
  counts[query.state].number <= countedTo &&
  !counts[query.state].more
    ? matching({ ...query, kind: undefined, part: undefined })
    : indexed(query)
