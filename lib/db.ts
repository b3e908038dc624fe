// The database: a PostgreSQL server, or PGlite in this process (embedded.ts). Both run the same SQL.
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import type { ConstructorOptions } from 'pg-boss'
import { Prisma, PrismaClient } from '@/generated/prisma/client'
import { type Bulk, type BulkKind, bulkInPostgres } from './bulk'
import { clockAhead } from './clock'
import { perProcess } from './global'
import { locks } from './locks'
import { log } from './log'
import { statementNames } from './statement-names'

export type Tx = Prisma.TransactionClient

export type Database = {
  kind: 'pglite' | 'postgres'
  prisma: PrismaClient
  adapter: SqlMigrationAwareDriverAdapterFactory
  /** How the queue reaches the same database */
  queue: ConstructorOptions
  /**
   * Runs one statement on its own, past Prisma, which costs a millisecond a call: for what is done for
   * every mail. PostgreSQL plans it once for each connection, and only
   * by its indexes.
   */
  query<Row>(statement: Prisma.Sql): Promise<Row[]>
  /**
   * Calls `onNotice` with the text of each NOTIFY on the channel, of whatever process, and with an empty one when
   * notices may have been missed because the connection was away. @returns what ends it
   */
  listen(channel: string, onNotice: (text: string) => void): Promise<() => Promise<void>>
  /** Runs alone among all processes on this database: for migrations and first-time data. */
  alone<T>(work: () => Promise<T>): Promise<T>
  /** Runs `work` in one transaction on a session of its own (embedded: the only one), for whole tables. */
  bulk<T>(kind: BulkKind, work: (bulk: Bulk) => Promise<T>): Promise<T>
  /**
   * Copies the files of the embedded database, as they are at one moment, to a new folder; null for a server. Gives for how
   * many milliseconds statements had to wait.
   */
  copyFiles: ((folder: string) => Promise<number>) | null
  /** Whether the server answers, within seconds, however busy the other connections are */
  answers(): Promise<boolean>
  close(): Promise<void>
}

const held = perProcess<{ database: Database | null }>('database', () => ({ database: null }))

/** Makes a database the one that this process works on. */
export function holdDatabase(database: Database | null): void {
  held.database = database
}

export const database = (): Database | null => held.database

/** The client of the open database. Inside a transaction use only the `tx` that you were given. */
export function db(): PrismaClient {
  if (!held.database) throw new Error('The database is not open yet.')
  return held.database.prisma
}

/** Runs one statement on its own, see `Database.query`. */
export function query<Row>(statement: Prisma.Sql): Promise<Row[]> {
  if (!held.database) throw new Error('The database is not open yet.')
  return held.database.query<Row>(statement)
}

/**
 * Runs `work` in one transaction. PGlite is a single session: while a transaction is open everything
 * else waits, so never hash a password or wait for the network in here, and never use `db()`.
 */
export const transaction = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  db().$transaction(work, { maxWait: 15_000, timeout: 30_000 })

/**
 * The domain's time by the clock of the database, in SQL. What several machines compare, such as when a
 * mail is due, must come from one clock: theirs may be minutes apart.
 */
export const sqlNow = (): Prisma.Sql =>
  clockAhead() === 0
    ? Prisma.sql`now()`
    : Prisma.sql`(now() + ${clockAhead()}::float * interval '1 millisecond')`

/** An id that no row has. */
export const noId = '00000000-0000-0000-0000-000000000000'

/**
 * An id that came with a request, as the database takes it: what is no id at all becomes one that no row
 * has, so that a mistyped address is answered like one that leads nowhere.
 */
export const rowId = (id: string): string => (uuid.test(id) ? id.toLowerCase() : noId)
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** True for the error of an INSERT or UPDATE that met a unique index. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'

const connectMilliseconds = 5_000
/** How long a statement may take that a person or a mail waits for. */
const statementMilliseconds = 15_000

/** How every connection is made. A server that vanishes without a word is noticed by the silence. */
const connecting = (url: string) => ({
  connectionString: url,
  connectionTimeoutMillis: connectMilliseconds,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
})

/**
 * And those that somebody waits on: the server ends a statement that takes too long, and we give up when not
 * even that is heard. Set by a statement, since a pooler refuses it among the first words of a connection.
 */
const hurried = (url: string, settings: string[] = []) => ({
  ...connecting(url),
  query_timeout: statementMilliseconds + 2_000,
  // Waited for before the first statement, which the types do not say.
  onConnect: async (client: pg.ClientBase) => {
    await client.query([`SET statement_timeout = ${statementMilliseconds}`, ...settings].join('; '))
  },
})

/** Opens a PostgreSQL server. Connections are made when they are needed and made anew when they break. */
export function openPostgres(url: string, connections = 10): Database {
  const onPoolError = (error: Error) => log.warn({ error: error.message }, 'database connection lost')
  const adapter = new PrismaPg(
    { ...hurried(url), max: connections },
    { onPoolError, statementNameGenerator: statementNames() },
  )
  const direct = directPool(url)
  const watch = new pg.Pool({
    ...connecting(url),
    max: 1,
    connectionTimeoutMillis: 3_000,
    query_timeout: 3_000,
  })
  watch.on('error', onPoolError)
  const prisma = new PrismaClient({ adapter })
  return {
    kind: 'postgres',
    prisma,
    // Migrations take as long as they take.
    adapter: new PrismaPg({ ...connecting(url), max: 2 }, { onPoolError }),
    queue: { ...connecting(url), max: 4 },
    query: statement => prepared(direct, statement),
    listen: (channel, onNotice) => listenTo(url, channel, onNotice),
    async alone(work) {
      const client = new pg.Client(connecting(url))
      client.on('error', onPoolError)
      await client.connect()
      try {
        await takeStart(client)
        return await work()
      } finally {
        await client.end()
      }
    },
    bulk: (kind, work) => bulkInPostgres(connecting(url), kind, work),
    copyFiles: null,
    answers: () =>
      watch.query('SELECT 1').then(
        () => true,
        () => false,
      ),
    async close() {
      await prisma.$disconnect()
      await Promise.all([direct.end(), watch.end()])
    },
  }
}

/** Takes the lock of the start. Whoever has to wait says for whom: a session may have been left behind with it. */
async function takeStart(client: pg.Client): Promise<void> {
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS taken', [locks.start])
  if (rows[0]?.taken) return
  const { rows: holders } = await client.query(
    `SELECT pid AS process, client_addr AS address, backend_start AS since FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND objid = $1 AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [locks.start],
  )
  log.info({ holders }, 'another Latchkey is preparing this database: waiting for it')
  await client.query('SELECT pg_advisory_lock($1)', [locks.start])
}

/**
 * Runs a prepared statement. One whose plan no longer fits, since a migration has changed what it returns, or
 * that the connection has lost, is prepared anew under another name.
 */
async function prepared<Row>(pool: pg.Pool, { text, values }: Prisma.Sql): Promise<Row[]> {
  const run = async () => (await pool.query({ name: nameOf(text), text, values: [...values] })).rows as Row[]
  try {
    return await run()
  } catch (error) {
    if (!isStale(error)) throw error
    renameStatement(text)
    return run()
  }
}

/** Refused before anything was done: `feature_not_supported` and `invalid_sql_statement_name` of a prepared statement. */
export function isStale(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  return code === '26000' || (code === '0A000' && message.includes('cached plan'))
}

/** How a plan may find its rows, see `directPool`. */
export const byIndex = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']

/**
 * For the statements of `query`: each finds its rows by an index. A plan that was made while the tables were
 * empty, and is kept, must not read all of them once they are full; so no other plan is allowed.
 */
function directPool(url: string): pg.Pool {
  const settings = [...byIndex.map(name => `SET ${name} = off`), 'SET plan_cache_mode = force_generic_plan']
  const pool = new pg.Pool({ ...hurried(url, settings), max: 4 })
  pool.on('error', error => log.warn({ error: error.message }, 'database connection lost'))
  return pool
}

/** What a statement is called on the connections that have prepared it. */
export function nameOf(text: string): string {
  const known = names.get(text) ?? `latchkey_${++named}`
  names.set(text, known)
  return known
}
const names = new Map<string, string>()
let named = 0

/** Gives a statement another name, so that it is prepared anew. */
export const renameStatement = (text: string): boolean => names.delete(text)

/** Keeps one connection that listens, and makes a new one when it breaks. */
async function listenTo(
  url: string,
  channel: string,
  onNotice: (text: string) => void,
): Promise<() => Promise<void>> {
  let client: pg.Client | null = null
  let ended = false
  let retry: NodeJS.Timeout | undefined
  const connect = async () => {
    const next = new pg.Client(connecting(url))
    const again = () => {
      if (ended || client !== next) return
      client = null
      retry = setTimeout(() => void connect(), 500)
    }
    client = next
    next.on('error', again)
    next.on('end', again)
    next.on('notification', ({ payload = '' }) => onNotice(payload))
    try {
      await next.connect()
      await next.query(`LISTEN ${channel}`)
      onNotice('')
    } catch {
      again()
    }
  }
  await connect()
  return async () => {
    ended = true
    clearTimeout(retry)
    await client?.end().catch(() => {})
  }
}
