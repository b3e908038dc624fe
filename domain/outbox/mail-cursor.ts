// A place in the list of mails, see lib/cursor.ts.
import { Prisma } from '@/generated/prisma/client'
import * as cursor from '@/lib/cursor'

export type MailCursor = { createdAt: Date; id: string }

/** As it stands in an address. */
export const cursorText = ({ createdAt, id }: MailCursor): string => cursor.cursorText({ at: createdAt, id })

/** Reads it from an address that anybody may have typed. */
export function cursorOf(text: string | undefined): MailCursor | null {
  const read = cursor.readCursor(text)
  return read && { createdAt: read.at, id: read.id }
}

/** Rows older than the cursor, or newer ones; without a cursor, all. */
export const beyond = (cursor: MailCursor | null, direction: 'older' | 'newer'): Prisma.Sql => {
  if (!cursor) return Prisma.sql`true`
  const place = Prisma.sql`(${cursor.createdAt}::timestamptz, ${cursor.id}::uuid)`
  return direction === 'older'
    ? Prisma.sql`("createdAt", id) < ${place}`
    : Prisma.sql`("createdAt", id) > ${place}`
}

export const inOrder = (direction: 'older' | 'newer'): Prisma.Sql =>
  direction === 'older'
    ? Prisma.sql`ORDER BY "createdAt" DESC, id DESC`
    : Prisma.sql`ORDER BY "createdAt", id`
