// What a start does when it cannot go on. With PostgreSQL: the embedded database is never away.
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
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
