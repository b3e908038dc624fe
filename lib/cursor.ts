// A place in a list that is ordered by time, by the time and id of the row there: unlike a page's number it stays
// the same while new rows come in, and is found at once however far down it is.

import type { z } from 'zod'

/** A place by any values, as it stands in an address. */
export const placeText = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url')

/** Reads such a place from an address that anybody may have typed; null where it says nothing. */
export function readPlace<T>(schema: z.ZodType<T>, text: string | undefined): T | null {
  if (!text) return null
  try {
    return schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data ?? null
  } catch {
    return null
  }
}

export type Cursor = { at: Date; id: string }

/** As it stands in an address. */
export const cursorText = ({ at, id }: Cursor): string => `${at.getTime().toString(36)}.${id}`

/** Reads it from an address that anybody may have typed. */
export function readCursor(text: string | undefined): Cursor | null {
  const [, time = '', id = ''] =
    text?.match(/^([\da-z]{1,9})\.([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/) ?? []
  return id ? { at: new Date(Number.parseInt(time, 36)), id } : null
}
