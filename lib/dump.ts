// All of a database as lines of text, and back: what backups hold, and what moves from one kind of database to the other.
// A line of JSON that says what it is; for each table a line of JSON with its name and columns, its rows as COPY writes
// them, and a line `\.`; then a line of JSON with the numbers of rows and a checksum of everything before it.
// See docs/decisions/027.
import { createHash } from 'node:crypto'
import { type Bulk, ofNoExtension, quoted, type Table } from './bulk'
import { StartRefused } from './start-refused'

/** Raised when an older version could no longer read it. */
const format = 1

/** The longest line of JSON: nobody makes us hold a whole table that has lost its line breaks. */
const longestLine = 1024 * 1024

export type DumpHead = {
  latchkey: 'dump'
  format: number
  /** Of Latchkey, which wrote it */
  version: string
  at: string
  /** What is applied, oldest first */
  migrations: string[]
  /** What else whoever wrote it has to say */
  about: unknown
}

/** What was in it, or came out of it. */
export type DumpEnd = { tables: Record<string, number>; rows: number; sha256: string }

/** Not a table of the application's. */
const ours = `c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND c.relname <> '_prisma_migrations'
  AND ${ofNoExtension('pg_class', 'c')}`

/** The tables of the application, and of each the columns that somebody writes. */
const tablesIn = (bulk: Bulk): Promise<Table[]> =>
  bulk.rows(`
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE ${ours} GROUP BY c.relname ORDER BY c.relname`)

/** The names of the migrations that a database has had, oldest first. */
export async function migrationsIn(bulk: Bulk): Promise<string[]> {
  const applied = await bulk.rows<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name',
  )
  return applied.map(({ name }) => name)
}

/**
 * The lines of a dump.
 * @param told is called with what was in it, once it is written
 */
export async function* dumpOf(
  bulk: Bulk,
  head: Omit<DumpHead, 'latchkey' | 'format' | 'at' | 'migrations'>,
  told: (end: DumpEnd) => void,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256')
  const summed = (piece: Uint8Array) => {
    hash.update(piece)
    return piece
  }
  const migrations = await migrationsIn(bulk)
  yield summed(lineOf({ latchkey: 'dump', format, at: new Date().toISOString(), migrations, ...head }))
  const tables: Record<string, number> = {}
  for (const table of await tablesIn(bulk)) {
    yield summed(lineOf({ table: table.name, columns: table.columns }))
    let rows = 0
    for await (const piece of bulk.out(table)) {
      rows += linesIn(piece)
      yield summed(piece)
    }
    tables[table.name] = rows
    yield summed(endOfTable)
  }
  const end = { tables, rows: sum(tables), sha256: hash.digest('hex') }
  yield lineOf({ end })
  told(end)
}

const endOfTable = Buffer.from('\\.\n')
const lineOf = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`)
const sum = (tables: Record<string, number>) => Object.values(tables).reduce((all, rows) => all + rows, 0)

function linesIn(piece: Uint8Array): number {
  let lines = 0
  for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines++
  return lines
}

/**
 * Reads a dump to its end.
 * @param onHead is called before any table, and may refuse
 * @param onTable must take all rows that it is given
 * @returns what was in it, as counted here and as it says itself
 * @throws StartRefused for one that is no dump, is newer than this version, is damaged or cut off
 */
export async function readDump(
  pieces: AsyncIterable<Uint8Array>,
  onHead: (head: DumpHead) => Promise<void> | void,
  onTable: (table: Table, rows: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<DumpEnd> {
  const lines = new Lines(pieces)
  const head = await lines.json<DumpHead>()
  if (head?.latchkey !== 'dump') throw new StartRefused('This is not a backup of Latchkey.')
  if (head.format > format)
    throw new StartRefused(
      `This backup was written by a newer version of Latchkey (${head.version}): install that version, or a newer one.`,
    )
  await onHead(head)
  const tables: Record<string, number> = {}
  for (;;) {
    const sha256 = lines.sum()
    const line = await lines.json<{ end?: DumpEnd; table?: string; columns?: string[] }>()
    if (line?.end) {
      const end = { tables, rows: sum(tables), sha256 }
      const { tables: said, sha256: was } = line.end
      const same = Object.keys(said).length === Object.keys(tables).length
      if (was !== sha256 || !same || Object.entries(tables).some(([name, rows]) => said[name] !== rows))
        throw damaged()
      if (await lines.more()) throw damaged()
      return end
    }
    if (!line?.table || !Array.isArray(line.columns)) throw damaged()
    const { table: name, columns } = line
    let rows = 0
    await onTable(
      { name, columns },
      lines.until(endOfTable, piece => (rows += linesIn(piece))),
    )
    tables[name] = rows
  }
}

/** A dump that is not as it was written. */
export const damaged = () =>
  new StartRefused('This backup is damaged or cut off: take another one. Nothing was changed.')

/** Goes through pieces by lines, and sums what it has passed. */
class Lines {
  private held: Buffer = Buffer.alloc(0)
  private readonly pieces: AsyncIterator<Uint8Array>
  private readonly hash = createHash('sha256')

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces[Symbol.asyncIterator]()
  }

  /** Of everything that was passed until now. */
  sum(): string {
    return this.hash.copy().digest('hex')
  }

  /** Whether anything is left. */
  async more(): Promise<boolean> {
    while (this.held.length === 0) if (!(await this.fetch())) return false
    return true
  }

  /** The next line as JSON; undefined for one that is none. */
  async json<T>(): Promise<T | undefined> {
    let end = this.held.indexOf(10)
    while (end < 0) {
      if (this.held.length > longestLine || !(await this.fetch())) throw damaged()
      end = this.held.indexOf(10)
    }
    const line = this.pass(end + 1)
    try {
      return JSON.parse(line.toString('utf8')) as T
    } catch {
      return undefined
    }
  }

  /** Everything up to a line, which is passed as well. */
  async *until(line: Buffer, seen: (piece: Uint8Array) => void): AsyncIterable<Uint8Array> {
    for (;;) {
      // It begins a line: what is held always begins with one.
      const within = this.held.subarray(0, line.length).equals(line) ? 0 : this.held.indexOf(`\n${line}`) + 1
      const found = within > 0 || this.held.subarray(0, line.length).equals(line)
      const end = found ? within : this.held.lastIndexOf(10) + 1
      if (end > 0) {
        const piece = this.pass(end)
        seen(piece)
        yield piece
      }
      if (found) return void this.pass(line.length)
      if (!(await this.fetch())) throw damaged()
    }
  }

  private pass(length: number): Buffer {
    const passed = this.held.subarray(0, length)
    this.held = this.held.subarray(length)
    this.hash.update(passed)
    return passed
  }

  private async fetch(): Promise<boolean> {
    const { value, done } = await this.pieces.next()
    if (done) return false
    this.held =
      this.held.length > 0
        ? Buffer.concat([this.held, value])
        : Buffer.from(value.buffer, value.byteOffset, value.length)
    return true
  }
}

/**
 * Puts a dump into a database whose tables are there, and instead of what is in them. What slows that down or depends on
 * an order (indexes, foreign keys, triggers) is set aside meanwhile and put back, as it was, in the same transaction.
 * @returns how many rows each table has then
 * @throws StartRefused if these are not as many as the dump holds, and for all that `readDump` refuses
 */
export async function loadDump(bulk: Bulk, pieces: AsyncIterable<Uint8Array>): Promise<DumpEnd> {
  const tables = await tablesIn(bulk)
  const putBack = await setAside(bulk, tables)
  for (const { name } of tables) await bulk.rows(`DELETE FROM ${quoted(name)}`)
  const known = new Map(tables.map(({ name, columns }) => [name, columns]))
  const end = await readDump(
    pieces,
    () => {},
    async (table, rows) => {
      const columns = known.get(table.name)
      if (!columns || table.columns.some(column => !columns.includes(column)))
        throw new StartRefused(
          `This backup has a table or a column that its version does not have ("${table.name}"). Nothing was changed.`,
        )
      await bulk.into(table, rows)
    },
  )
  await putBack()
  for (const { name } of tables) {
    const [row] = await bulk.rows<{ rows: string }>(`SELECT count(*) AS rows FROM ${quoted(name)}`)
    if (Number(row?.rows) !== (end.tables[name] ?? 0))
      throw new StartRefused(
        `"${name}" has ${row?.rows} rows where ${end.tables[name] ?? 0} were written. Nothing was changed.`,
      )
  }
  // Its plans are made by what is in it now.
  await bulk.rows('ANALYZE')
  return end
}

/** @returns what puts everything back */
async function setAside(bulk: Bulk, tables: Table[]): Promise<() => Promise<void>> {
  const keys = await bulk.rows<{ on: string; name: string; definition: string }>(`
    SELECT conrelid::regclass::text AS on, conname AS name, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname`)
  const indexes = await bulk.rows<{ name: string; definition: string }>(`
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE ${ours} AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    ORDER BY 1`)
  for (const { on, name } of keys) await bulk.rows(`ALTER TABLE ${on} DROP CONSTRAINT ${quoted(name)}`)
  for (const { name } of indexes) await bulk.rows(`DROP INDEX ${name}`)
  for (const { name } of tables) await bulk.rows(`ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`)
  return async () => {
    for (const { definition } of indexes) await bulk.rows(definition)
    for (const { on, name, definition } of keys)
      await bulk.rows(`ALTER TABLE ${on} ADD CONSTRAINT ${quoted(name)} ${definition}`)
    for (const { name } of tables) await bulk.rows(`ALTER TABLE ${quoted(name)} ENABLE TRIGGER USER`)
  }
}
