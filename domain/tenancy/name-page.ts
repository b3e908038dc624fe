// Pages of lists that are ordered by name.
import { z } from 'zod'
import { placeText, readPlace } from '@/lib/cursor'

const Place = z.object({ key: z.string().max(1_000), id: z.guid() })

/** Where a page goes on. */
export const readNamePlace = (text: string | undefined) => readPlace(Place, text)

/** A page of rows of which one more was read, and where it goes on. */
export function namePage<Row extends { id: string; nameKey: string }>(
  rows: Row[],
  most: number,
): { rows: Row[]; next: string | null } {
  const shown = rows.slice(0, most)
  const last = rows.length > most ? shown.at(-1) : undefined
  return { rows: shown, next: last ? placeText({ key: last.nameKey, id: last.id }) : null }
}
