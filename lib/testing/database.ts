// The database of a test file: its own, on PGlite or on PostgreSQL, and empty before each test.
import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, inject } from 'vitest'
import { setClockAhead } from '@/lib/clock'
import { type Database, db, holdDatabase, openPostgres } from '@/lib/db'
import { overPglite } from '@/lib/embedded'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { startQueue, stopQueue } from '@/lib/queue'

type TestDatabase =
  | { kind: 'pglite'; template: string }
  | { kind: 'postgres'; server: string; template: string }

declare module 'vitest' {
  export interface ProvidedContext {
    testDatabase: TestDatabase
  }
}

/** Which database this run of the tests is on. */
export const databaseKind = () => inject('testDatabase').kind

/** A key like any other, but always the same. */
export const testKeys = `k1:${Buffer.alloc(32, 'latchkey').toString('base64')}`

export const testAppUrl = 'http://latchkey.test'

/** For the other parts of a test that need the address: only on PostgreSQL can another process join. */
export type TestHandle = { readonly database: Database; readonly url: string }

/**
 * Gives a test file a database of its own, with the queue's tables, keys and settings. The queue takes
 * jobs but nobody works them: a test that wants a worker starts one.
 * @param keep whether the next test goes on with what the one before has left
 */
export function useTestDatabase(keep = () => false): TestHandle {
  let database: Database
  let address = ''
  let drop = async () => {}
  beforeAll(async () => {
    setEnv({ appUrl: testAppUrl })
    holdKeyring(Keyring.parse(testKeys))
    const created = await createTestDatabase()
    ;({ database, drop } = created)
    address = created.url
    holdDatabase(database)
    await startQueue(database, false)
  })
  beforeEach(async () => {
    setClockAhead(0)
    if (!keep()) await emptyDatabase()
  })
  afterAll(async () => {
    await stopQueue(2_000)
    holdDatabase(null)
    await database.close()
    await drop()
  })
  return {
    get database() {
      return database
    },
    get url() {
      return address
    },
  }
}

/** One more database like those of `useTestDatabase`, or an empty one without any table. */
export async function createTestDatabase({ empty = false } = {}): Promise<{
  database: Database
  url: string
  drop(): Promise<void>
}> {
  const test = inject('testDatabase')
  if (test.kind === 'pglite') {
    const pglite = await PGlite.create(
      'memory://',
      empty ? {} : { loadDataDir: await openAsBlob(test.template) },
    )
    return { database: overPglite(pglite), url: '', drop: async () => {} }
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(test.server, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template1' : test.template}`)
  const url = test.server.replace(/[^/]*$/, name)
  return {
    database: openPostgres(url),
    url,
    drop: () => administer(test.server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function administer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/**
 * All rows go, but for those that a migration has put there and no test counts on; what the queue knows of
 * itself stays. Not by TRUNCATE, which makes new files for each table and index, however empty: but as with
 * it, whoever is still writing is waited for.
 */
async function emptyDatabase(): Promise<void> {
  await db().$executeRaw`
    DO $$ DECLARE tables text[] := ARRAY(
      SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
      WHERE (schemaname = 'public' AND tablename NOT IN ('_prisma_migrations', 'OutboxTurn'))
        OR (schemaname = 'pgboss' AND tablename = 'job'));
    one text;
    BEGIN
      -- In any order: nothing is left that a key could point at.
      SET LOCAL session_replication_role = replica;
      EXECUTE 'LOCK TABLE ' || array_to_string(tables, ', ');
      FOREACH one IN ARRAY tables LOOP EXECUTE 'DELETE FROM ' || one; END LOOP;
    END $$`
}

/**
 * Everything the database holds, the queue's tables too, as text: to look for what must not be in it, or for what
 * has changed. When the queue last looked after itself is no part of it.
 */
export async function dump(): Promise<string> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
      AND (schemaname, tablename) <> ('pgboss', 'version') ORDER BY 1`
  // One statement: there are many tables, and some tests look at them often.
  const each = tables.map(
    ({ name }) =>
      `SELECT '-- ${name}' || coalesce(string_agg(E'\n' || row, '' ORDER BY row), '') AS rows
       FROM (SELECT to_jsonb(one)::text AS row FROM ONLY ${name} one) one`,
  )
  // PostgreSQL reads several at once, and gives what comes first.
  const all = await db().$queryRawUnsafe<{ rows: string }[]>(`${each.join(' UNION ALL ')} ORDER BY rows`)
  return all.map(({ rows }) => rows).join('\n')
}
