// What a start does when it cannot go on, which is with PostgreSQL (the embedded database is never away), and on the
// database of another version.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { db, openPostgres } from '@/lib/db'
import { openEmbedded } from '@/lib/embedded'
import { knownMigrations, migrate, pendingMigrations } from '@/lib/migrations'
import { createTestDatabase, databaseKind, testAppUrl, testKeys } from '@/lib/testing/database'
import { hasPgBouncer, startPgBouncer } from '@/lib/testing/pgbouncer'
import { startTransactionPooler } from '@/lib/testing/transaction-pooler'
import { until } from '@/lib/testing/until'
import { createInstallation } from './testing/installation'
import { startWorkerProcess } from './testing/process'

const settings = (url: string) => ({ DATABASE_URL: url, APP_KEYS: testKeys, APP_URL: testAppUrl })

async function emptyDatabase(): Promise<string> {
  const { database, url, drop } = await createTestDatabase({ empty: true })
  await database.close()
  onTestFinished(drop)
  return url
}

async function sql(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

// See docs/decisions/028: a node that is started anew in the middle of a rolling upgrade is of either version.
describe('a version meets the database', () => {
  it('of a newer one: it works on it, and says so', async () => {
    const { settings, inside } = await createInstallation()
    await inside(
      () => db().$executeRaw`
        INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
        VALUES ('later', '', '20990101000000_later', now(), now(), 1)`,
    )
    const worker = startWorkerProcess(settings)
    await worker.ready()
    expect(worker.said()).toContain('The database is of a newer version.')
    expect(worker.said()).toContain('20990101000000_later')
  })

  it('of an older one: it migrates it, and starts', async () => {
    const { database, url, drop } = await createTestDatabase({ empty: true })
    onTestFinished(drop)
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-older-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const older = knownMigrations().slice(0, -1)
    const open = async () => (url ? openPostgres(url) : openEmbedded(folder))
    await database.close()
    const before = await open()
    expect(await migrate(before, older)).toEqual(older)
    await before.close()
    const worker = startWorkerProcess({ ...settings(url), DATA_DIR: folder })
    await worker.ready()
    await worker.kill('SIGTERM')
    const after = await open()
    expect(await pendingMigrations(after)).toEqual([])
    await after.close()
  })
})

describe.runIf(databaseKind() === 'postgres')('a start', () => {
  it.each([
    [
      'a migration that fails',
      `DELETE FROM _prisma_migrations WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`,
      /^The database could not be migrated: .*\n$/,
    ],
    [
      'a queue that cannot be started',
      'ALTER TABLE pgboss.queue RENAME TO gone',
      /^The database does not let Latchkey start: .*SQLSTATE.*\n$/,
    ],
  ])('ends with one sentence for %s, the second time too', async (_what, statement, sentence) => {
    const { settings } = await createInstallation()
    await sql(settings.DATABASE_URL ?? '', statement)
    for (let time = 0; time < 2; time++) {
      const process = startWorkerProcess({ ...settings, LOG_LEVEL: 'silent' })
      expect(await process.ended).toBe(1)
      expect(process.said()).toMatch(sentence)
    }
  })

  it('ends with one sentence where the login or the database is wrong', async () => {
    const url = await emptyDatabase()
    for (const wrong of [url.replace(/:[^:@/]+@/, ':wrong@'), `${url}_missing`]) {
      const process = startWorkerProcess({ ...settings(wrong), LOG_LEVEL: 'silent' })
      expect(await process.ended).toBe(1)
      expect(process.said()).toMatch(
        /^The database does not let Latchkey start: .*\. \(SQLSTATE (28P01|3D000)\)\n$/,
      )
    }
  })

  it('waits for a database that is away', async () => {
    const process = startWorkerProcess(settings('postgresql://u:p@127.0.0.1:1/latchkey'))
    await until(() => process.said().includes('waiting for the database'))
    await process.kill('SIGKILL')
  })

  it.each([1, 2, 5])(
    'refuses a pooler in transaction mode that shares %i connections, and leaves no lock behind',
    async size => {
      const url = await emptyDatabase()
      const pooler = await startTransactionPooler(url, size)
      onTestFinished(pooler.close)
      const process = startWorkerProcess({ ...settings(pooler.url), LOG_LEVEL: 'silent' })
      expect(await process.ended).toBe(1)
      expect(process.said()).toMatch(/^DATABASE_URL leads to a pooler in transaction mode: .*\n$/)
      const after = startWorkerProcess(settings(url))
      await after.ready()
    },
  )

  it.runIf(hasPgBouncer).each(['transaction', 'statement'] as const)(
    'refuses a real PgBouncer in %s mode',
    async mode => {
      const pooler = await startPgBouncer(await emptyDatabase(), mode)
      onTestFinished(pooler.close)
      const process = startWorkerProcess({ ...settings(pooler.url), LOG_LEVEL: 'silent' })
      expect(await process.ended).toBe(1)
      expect(process.said()).toMatch(/^DATABASE_URL leads to a pooler in transaction mode: .*\n$/)
    },
  )

  it.runIf(hasPgBouncer)('works through a real PgBouncer in session mode', async () => {
    const pooler = await startPgBouncer(await emptyDatabase(), 'session')
    onTestFinished(pooler.close)
    await startWorkerProcess(settings(pooler.url)).ready()
  })

  it('says for whom it waits while another prepares the database', async () => {
    const installation = await createInstallation()
    const url = installation.settings.DATABASE_URL ?? ''
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('SELECT pg_advisory_lock(5118413)')
    const process = startWorkerProcess(installation.settings)
    await until(() => process.said().includes('another Latchkey is preparing this database'))
    await client.end()
    await process.ready()
  })
})
