// The files of an embedded database. On PostgreSQL there are none.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openEmbedded } from './embedded'
import { databaseKind } from './testing/database'

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
