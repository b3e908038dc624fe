// The files of an embedded database. On PostgreSQL there are none.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { openEmbedded } from './embedded'
import { databaseKind } from './testing/database'
import { until } from './testing/until'

it.runIf(databaseKind() === 'pglite')(
  'a half-made database is made anew, and a made one is kept',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-embedded-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    // As it is left when the process that makes it is killed.
    mkdirSync(path.join(folder, 'pglite.new'))
    writeFileSync(path.join(folder, 'pglite.new', 'PG_VERSION'), '17')
    const first = await openEmbedded(folder)
    await first.prisma.$executeRaw`CREATE TABLE kept AS SELECT 1 AS one`
    await first.close()
    expect(existsSync(path.join(folder, 'pglite.new'))).toBe(false)
    const second = await openEmbedded(folder)
    expect(await second.prisma.$queryRaw`SELECT one FROM kept`).toEqual([{ one: 1 }])
    await second.close()
  },
)

it.runIf(databaseKind() === 'pglite')(
  'its files are copied as they are at one moment, while it is written to',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-embedded-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const database = await openEmbedded(path.join(folder, 'first'))
    const { prisma, copyFiles } = database
    if (!copyFiles) throw new Error('An embedded database has files.')
    await prisma.$executeRaw`CREATE TABLE one (number int PRIMARY KEY, text text)`
    await prisma.$executeRaw`CREATE TABLE other (number int PRIMARY KEY)`
    let number = 0
    let going = true
    const writing = (async () => {
      while (going) {
        // Others have their turn: a statement by itself lets nobody in.
        await setImmediate()
        number++
        // Both or neither, and enough to fill pages and logs.
        await prisma.$executeRaw`WITH more AS (INSERT INTO other VALUES (${number}::int))
        INSERT INTO one VALUES (${number}::int, repeat(${String(number)}, 2000))`
        if (number % 50 === 0)
          await prisma.$executeRaw`UPDATE one SET text = text || 'x' WHERE number % 7 = 0`
      }
    })()
    await until(() => number > 100)
    const before = number - 1
    await copyFiles(path.join(folder, 'second', 'pglite'))
    const after = number
    going = false
    await writing
    await database.close()

    const copy = await openEmbedded(path.join(folder, 'second'))
    const [counted] = await copy.prisma.$queryRaw<{ one: number; other: number; last: number }[]>`
    SELECT (SELECT count(*)::int FROM one) AS one, (SELECT count(*)::int FROM other) AS other, (SELECT max(number) FROM one) AS last`
    await copy.close()
    expect(counted?.one).toBe(counted?.other)
    expect(counted?.one).toBe(counted?.last)
    expect(counted?.one).toBeGreaterThanOrEqual(before)
    expect(counted?.one).toBeLessThanOrEqual(after)
  },
)
