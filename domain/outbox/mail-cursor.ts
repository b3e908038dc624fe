// A place in the list of mails, by the time and id of the mail there: unlike a page's number it stays the
// same while new mails come in, and is found at once however far down it is.
import { Prisma } from '@/generated/prisma/client'

export type MailCursor = { createdAt: Date; id: string }

/** As it stands in an address. */
export const cursorText = ({ createdAt, id }: MailCursor): string =>
  `${createdAt.getTime().toString(36)}.${id}`

/** Reads it from an address that anybody may have typed. */
export function cursorOf(text: string | undefined): MailCursor | null {
  const [, time = '', id = ''] =
    text?.match(/^([\da-z]{1,9})\.([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/) ?? []
  return id ? { createdAt: new Date(Number.parseInt(time, 36)), id } : null
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
