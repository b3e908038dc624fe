// The database: a PostgreSQL server, or PGlite in this process (embedded.ts). Both run the same SQL.
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import type { ConstructorOptions } from 'pg-boss'
import { Prisma, PrismaClient } from '@/generated/prisma/client'
import { clockAhead } from './clock'
import { perProcess } from './global'
import { log } from './log'

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
  close(): Promise<void>
}

/** Any fixed number will do, as long as nobody else uses it in the same database. */
const advisoryLock = 5_118_413

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

/**
 * An id that came with a request, as the database takes it: what is no id at all becomes one that no row
 * has, so that a mistyped address is answered like one that leads nowhere.
 */
export const rowId = (id: string): string => (uuid.test(id) ? id : '00000000-0000-0000-0000-000000000000')
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** True for the error of an INSERT or UPDATE that met a unique index. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'

/** Opens a PostgreSQL server. Connections are made when they are needed and made anew when they break. */
export function openPostgres(url: string, connections = 10): Database {
  const adapter = new PrismaPg(
    { connectionString: url, max: connections, connectionTimeoutMillis: 5_000 },
    { onPoolError: error => log.warn({ error: error.message }, 'database connection lost') },
  )
  const direct = directPool(url)
  const prisma = new PrismaClient({ adapter })
  return {
    kind: 'postgres',
    prisma,
    adapter,
    queue: { connectionString: url, max: 4, connectionTimeoutMillis: 5_000 },
    query: async ({ text, values }) =>
      (await direct.query({ name: nameOf(text), text, values: [...values] })).rows,
    listen: (channel, onNotice) => listenTo(url, channel, onNotice),
    async alone(work) {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
      client.on('error', error => log.warn({ error: error.message }, 'database connection lost'))
      await client.connect()
      try {
        await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
        return await work()
      } finally {
        await client.end()
      }
    },
    async close() {
      await prisma.$disconnect()
      await direct.end()
    },
  }
}

/** How a plan may find its rows, see `directPool`. */
export const byIndex = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']

/**
 * For the statements of `query`: each finds its rows by an index. A plan that was made while the tables were
 * empty, and is kept, must not read all of them once they are full; so no other plan is allowed.
 */
function directPool(url: string): pg.Pool {
  const settings = [...byIndex.map(name => `SET ${name} = off`), 'SET plan_cache_mode = force_generic_plan']
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5_000,
    // Waited for before the first statement, which the types do not say.
    onConnect: async client => {
      await client.query(settings.join('; '))
    },
  })
  pool.on('error', error => log.warn({ error: error.message }, 'database connection lost'))
  return pool
}

/** What a statement is called on the connections that have prepared it. */
export function nameOf(text: string): string {
  const known = names.get(text) ?? `latchkey_${names.size + 1}`
  names.set(text, known)
  return known
}
const names = new Map<string, string>()

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
    const next = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true })
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
