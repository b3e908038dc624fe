// The database: PGlite in this process, or a PostgreSQL server. Both run the same SQL.
import path from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { type ConstructorOptions, fromPglite } from 'pg-boss'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { Prisma, PrismaClient } from '@/generated/prisma/client'
import { clockAhead } from './clock'
import { lockFolder } from './folder-lock'
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
   * Calls `onNotice` for each NOTIFY on the channel, of whatever process, and also when notices may have
   * been missed because the connection was away. @returns what ends it
   */
  listen(channel: string, onNotice: () => void): Promise<() => Promise<void>>
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

/**
 * Opens the embedded database.
 * @param folder its files, or null for one that lives in memory
 * @throws StartRefused when another process has it open
 */
export async function openEmbedded(folder: string | null): Promise<Database> {
  const release = folder ? lockFolder(folder) : () => {}
  try {
    // On PostgreSQL it is not loaded at all.
    const { PGlite } = await import('@electric-sql/pglite')
    return overPglite(await PGlite.create(folder ? path.join(folder, 'pglite') : 'memory://'), release)
  } catch (error) {
    release()
    throw error
  }
}

/** A database over an embedded one that is already open. @param release runs after it is closed */
export function overPglite(pglite: PGlite, release: () => void = () => {}): Database {
  const adapter = new PrismaPGlite(pglite) as unknown as SqlMigrationAwareDriverAdapterFactory
  const prisma = new PrismaClient({ adapter })
  return {
    kind: 'pglite',
    prisma,
    adapter,
    queue: { db: fromPglite(pglite), backend: 'pglite' },
    query: preparedIn(pglite),
    listen: (channel, onNotice) => pglite.listen(channel, onNotice),
    alone: work => work(),
    async close() {
      await prisma.$disconnect()
      if (!pglite.closed) await pglite.close()
      release()
    },
  }
}

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
const byIndex = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'jit']

/** PGlite plans each statement anew, which takes longer than running it, unless it is prepared in SQL. */
function preparedIn(pglite: PGlite): Database['query'] {
  const prepared = new Set<string>()
  const settings = `${byIndex.map(name => `SET LOCAL ${name} = off;`).join(' ')} SET LOCAL plan_cache_mode = force_generic_plan;`
  return async <Row>({ text, values }: Prisma.Sql) => {
    const name = nameOf(text)
    if (!prepared.has(name)) {
      prepared.add(name)
      await pglite.exec(`PREPARE ${name} AS ${text}`)
    }
    const parameters = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
    // Several statements sent at once are one transaction, so the settings hold for this one alone.
    const results = await pglite.exec(`${settings} EXECUTE ${name}${parameters}`)
    return (results.at(-1)?.rows ?? []) as Row[]
  }
}

/** A value as SQL text. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return literal(value.toISOString())
  if (Array.isArray(value)) return literal(`{${value.map(one => JSON.stringify(String(one))).join(',')}}`)
  return `'${String(value).replaceAll("'", "''")}'`
}

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
function nameOf(text: string): string {
  const known = names.get(text) ?? `latchkey_${names.size + 1}`
  names.set(text, known)
  return known
}
const names = new Map<string, string>()

/** Keeps one connection that listens, and makes a new one when it breaks. */
async function listenTo(url: string, channel: string, onNotice: () => void): Promise<() => Promise<void>> {
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
    next.on('notification', onNotice)
    try {
      await next.connect()
      await next.query(`LISTEN ${channel}`)
      onNotice()
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
