// Columns that hold sealed text, and how all of one comes under the newest key. A column is described
// once, beside the code that seals for it, so that its place is written down in one spot.
import { Prisma } from '@/generated/prisma/client'
import { db, type Tx } from './db'
import { keyring } from './keyring'

export type SealedColumn = {
  table: string
  column: string
  /** What the text of a row is sealed for, see `Keyring.seal`. @param id of the row */
  place(id: string): string
}

const batchSize = 100

/**
 * Seals again, under the newest key, what a column holds under older ones. A row that somebody else has
 * written meanwhile is left as they wrote it, and looked at again.
 * @returns how many texts were sealed again
 * @throws KeyringError if one cannot be opened; those before it stay done
 */
export async function reseal(sealed: SealedColumn): Promise<number> {
  const { table, column } = names(sealed)
  const newest = `${keyring().newestId}:`
  for (let done = 0; ; ) {
    const rows = await db().$queryRaw<{ id: string }[]>`
      SELECT id::text AS id FROM ${table}
      WHERE ${column} IS NOT NULL AND NOT starts_with(${column}, ${newest}) LIMIT ${batchSize}`
    if (rows.length === 0) return done
    for (const { id } of rows) {
      // One at a time: a text can be a whole mail with its attachments.
      const [row] = await db().$queryRaw<{ text: string | null }[]>`
        SELECT ${column} AS text FROM ${table} WHERE id = ${id}::uuid`
      const text = row?.text
      if (!text) continue
      const place = sealed.place(id)
      const again = keyring().seal(keyring().open(text, place), place)
      done += await db().$executeRaw`
        UPDATE ${table} SET ${column} = ${again} WHERE id = ${id}::uuid AND ${column} = ${text}`
    }
  }
}

/** The ids of the keys that a column is sealed under. */
export async function keysIn(tx: Tx, sealed: SealedColumn): Promise<string[]> {
  const { table, column } = names(sealed)
  const rows = await tx.$queryRaw<{ key: string }[]>`
    SELECT DISTINCT split_part(${column}, ':', 1) AS key FROM ${table} WHERE ${column} IS NOT NULL`
  return rows.map(({ key }) => key)
}

/** Names cannot be parameters; these come from our own code alone. */
const names = ({ table, column }: SealedColumn) => ({
  table: Prisma.raw(`"${table}"`),
  column: Prisma.raw(`"${column}"`),
})
