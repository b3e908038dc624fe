// Pages of lists that are ordered by name.
import { z } from 'zod'

const Place = z.tuple([z.string().max(1_000), z.guid()])

/** Where a page goes on, by a cursor that anybody may have typed; null where it says nothing. */
export function readNamePlace(text: string | undefined): { key: string; id: string } | null {
  if (!text) return null
  try {
    const [key, id] = Place.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    return { key, id }
  } catch {
    return null
  }
}

/** A page of rows of which one more was read, and where it goes on. */
export function namePage<Row extends { id: string; nameKey: string }>(
  rows: Row[],
  most: number,
): { rows: Row[]; next: string | null } {
  const shown = rows.slice(0, most)
  const last = rows.length > most ? shown.at(-1) : undefined
  const next = last ? Buffer.from(JSON.stringify([last.nameKey, last.id])).toString('base64url') : null
  return { rows: shown, next }
}
