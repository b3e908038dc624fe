import { afterEach, describe, expect, it } from 'vitest'
import { openPostgres } from './db'
import { difference, migrate, pendingMigrations } from './migrations'
import { createTestDatabase, databaseKind, useTestDatabase } from './testing/database'

const test = useTestDatabase()
const made: Awaited<ReturnType<typeof createTestDatabase>>[] = []

afterEach(async () => {
  for (const { database, drop } of made.splice(0)) {
    await database.close()
    await drop()
  }
})

async function emptyOne() {
  const one = await createTestDatabase({ empty: true })
  made.push(one)
  return one
}

describe('migrations', () => {
  // Through node-postgres the engine cannot read the type "char" of the catalogue. It compares on a
  // database of its own, so the answer is the same for both.
  it.runIf(databaseKind() === 'pglite')('lead to exactly what schema.prisma says', async () => {
    const { database } = await emptyOne()
    expect(await difference(database)).toBe('')
  })

  it('are all applied to an empty database, and a second time there is nothing to do', async () => {
    const { database } = await emptyOne()
    const pending = await pendingMigrations(database)
    expect(pending.length).toBeGreaterThan(0)
    expect(await migrate(database)).toEqual(pending)
    expect(await pendingMigrations(database)).toEqual([])
    expect(await migrate(database)).toEqual([])
  })

  it.runIf(databaseKind() === 'postgres')('are applied once when two nodes start at once', async () => {
    const { database, url } = await emptyOne()
    const pending = await pendingMigrations(database)
    const other = openPostgres(url)
    try {
      const applied = await Promise.all([database, other].map(one => one.alone(() => migrate(one))))
      expect(applied.flat()).toEqual(pending)
      const rows = await database.prisma.$queryRaw<{ migration_name: string; finished: boolean }[]>`
        SELECT migration_name, finished_at IS NOT NULL AS finished FROM _prisma_migrations`
      expect(rows).toEqual(pending.map(name => ({ migration_name: name, finished: true })))
    } finally {
      await other.close()
    }
  })

  it('have nothing left to do on the database of a test', async () => {
    expect(await pendingMigrations(test.database)).toEqual([])
  })
})
