// Whole tables in and out of a database, in PostgreSQL's own text form (COPY), with little in memory at a time.
import { finished, pipeline } from 'node:stream/promises'
import type { PGlite, Transaction } from '@electric-sql/pglite'
import pg from 'pg'

/** A table by its name, and columns of it. */
export type Table = { name: string; columns: string[] }

/** One transaction, for whole tables. */
export type Bulk = {
  /** Runs one statement of our own; values go in as text where it is not known what they are. */
  rows<Row>(sql: string, values?: unknown[]): Promise<Row[]>
  /** All rows of a table, a line each, in pieces of any length. */
  out(table: Table): AsyncIterable<Uint8Array>
  /** Adds rows as `out` gives them. */
  into(table: Table, pieces: AsyncIterable<Uint8Array>): Promise<void>
}

/** `read` sees one moment of the database, and changes nothing. */
export type BulkKind = 'read' | 'write'

/** A name in SQL, whatever stands in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Of a row of a catalog, by its alias: that no extension has brought it. In SQL. */
export const ofNoExtension = (catalog: 'pg_class' | 'pg_type', alias: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = ${alias}.oid AND d.deptype = 'e')`

const listOf = ({ columns }: Table) => columns.map(quoted).join(', ')

/** So that times and numbers are written in one way, whatever a server or a login has set. */
const settings = `SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres';
  SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL statement_timeout = 0;
  SET LOCAL idle_in_transaction_session_timeout = 0`

/** On a connection of its own. @param config how it is made */
export async function bulkInPostgres<T>(
  config: pg.ClientConfig,
  kind: BulkKind,
  work: (bulk: Bulk) => Promise<T>,
): Promise<T> {
  // Only who copies needs it.
  const { from, to } = await import('pg-copy-streams')
  const client = new pg.Client(config)
  // What breaks the connection also breaks the statement under way.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(kind === 'read' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY' : 'BEGIN')
    await client.query(settings)
    const result = await work({
      rows: async <Row>(sql: string, values: unknown[] = []) =>
        (await client.query(values.length > 0 ? { text: sql, values } : sql)).rows as Row[],
      async *out(table) {
        const copy = client.query(to(`COPY ${quoted(table.name)} (${listOf(table)}) TO STDOUT`))
        yield* copy
        await finished(copy)
      },
      async into(table, pieces) {
        await pipeline(pieces, client.query(from(`COPY ${quoted(table.name)} (${listOf(table)}) FROM STDIN`)))
      },
    })
    await client.query('COMMIT')
    return result
  } finally {
    // Without a COMMIT before it, nothing was changed.
    await client.end().catch(() => {})
  }
}

/** In the only session that the embedded database has: everything else waits meanwhile. */
export const bulkInPglite = <T>(
  pglite: PGlite,
  _kind: BulkKind,
  work: (bulk: Bulk) => Promise<T>,
): Promise<T> =>
  pglite.transaction(async tx => {
    await tx.exec(settings)
    // All of it in this process: what is sorted for an index goes through files sooner.
    await tx.exec("SET LOCAL maintenance_work_mem = '16MB'")
    return work({
      rows: async <Row>(sql: string, values: unknown[] = []) => (await tx.query<Row>(sql, values)).rows,
      out: table => outOfPglite(tx, table),
      async into(table, pieces) {
        const copy = `COPY ${quoted(table.name)} (${listOf(table)}) FROM '/dev/blob'`
        for await (const piece of inWholeLines(pieces))
          await tx.query(copy, [], { blob: new Blob([piece as Uint8Array<ArrayBuffer>]) })
      },
    })
  })

/** What is copied at once: PGlite gives and takes it as a whole. */
const pieceBytes = 2 * 1024 * 1024
const pageBytes = 8192

/** So many pages of the table at a time as bring such a piece, with what its rows keep beside them. */
async function* outOfPglite(tx: Transaction, table: Table): AsyncIterable<Uint8Array> {
  const name = quoted(table.name)
  const { rows } = await tx.query<{ pages: number; bytes: string }>(
    `SELECT (pg_relation_size($1::regclass) / ${pageBytes})::int AS pages, pg_table_size($1::regclass) AS bytes`,
    [name],
  )
  const { pages = 0, bytes = '0' } = rows[0] ?? {}
  const step = Math.max(1, Math.floor(pieceBytes / Math.max(pageBytes, Number(bytes) / Math.max(1, pages))))
  for (let page = 0; page < pages; page += step) {
    const { blob } = await tx.query(
      `COPY (SELECT ${listOf(table)} FROM ONLY ${name} WHERE ctid >= '(${page},0)' AND ctid < '(${page + step},0)') TO '/dev/blob'`,
    )
    if (blob && blob.size > 0) yield new Uint8Array(await blob.arrayBuffer())
  }
}

const newline = 10

/** The same bytes in pieces of some size that end with a line. */
export async function* inWholeLines(
  pieces: AsyncIterable<Uint8Array>,
  size = pieceBytes,
): AsyncIterable<Uint8Array> {
  let held: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    held.push(piece)
    bytes += piece.length
    const end = piece.lastIndexOf(newline) + 1
    if (bytes < size || end === 0) continue
    const all = Buffer.concat(held)
    const rest = piece.length - end
    yield all.subarray(0, all.length - rest)
    held = rest > 0 ? [piece.subarray(end)] : []
    bytes = rest
  }
  if (bytes > 0) yield Buffer.concat(held)
}
