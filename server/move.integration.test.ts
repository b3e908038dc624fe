// Both kinds of database are needed, so these run where there is a server.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { db, openPostgres } from '@/lib/db'
import { openEmbedded } from '@/lib/embedded'
import { setEnv } from '@/lib/env'
import { lockFolder } from '@/lib/folder-lock'
import { knownMigrations, migrate, pendingMigrations } from '@/lib/migrations'
import { createTestDatabase, databaseKind, dump, testKeys } from '@/lib/testing/database'
import { runCommand } from './commands'
import { inside } from './testing/inside'
import { createInstallation } from './testing/installation'
import { asTold, storyHolds, tellStory } from './testing/story'

const use = (databaseUrl: string | null, dataDir: string) =>
  setEnv({ databaseUrl, dataDir, appKeys: testKeys })
afterEach(() => setEnv({ databaseUrl: null, dataDir: '.data', appKeys: null }))

function newFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-move-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function emptyDatabase() {
  const { database, url, drop } = await createTestDatabase({ empty: true })
  onTestFinished(drop)
  await database.close()
  return url
}

const insidePlace = async <T>(place: string, work: () => Promise<T>) =>
  inside(place.startsWith('postgres') ? openPostgres(place) : await openEmbedded(place), work)

/** What our tables hold, whatever their database sorts by; but not what a move itself tells the audit. */
const contents = async () =>
  Object.fromEntries(
    (await dump())
      .split('-- ')
      .filter(part => part.startsWith('public.') && !part.startsWith('public._prisma'))
      .map(part => part.split('\n').filter(line => line && !line.includes('"installation.moved"')))
      .map(([table, ...rows]) => [table, rows.sort()]),
  )

const said = async (...command: [string, ...string[]]) => {
  const [name, ...args] = command
  const { lines, failed } = await runCommand(name, args)
  return { lines, failed }
}

describe.runIf(databaseKind() === 'postgres')('a move', () => {
  it('takes everything from a server into a folder, and into another server, and leaves where it came from', async () => {
    const source = await createInstallation()
    const url = source.settings.DATABASE_URL ?? ''
    const secrets = await source.inside(tellStory)
    const before = await insidePlace(url, contents)
    expect(before['public."User"']?.length).toBeGreaterThan(5)

    const folder = newFolder()
    use(url, folder)
    expect(await said('move-to-embedded')).toMatchObject({ lines: expect.anything(), failed: false })
    expect(readdirSync(folder)).toEqual(['pglite'])
    expect(await insidePlace(url, contents)).toEqual(before)
    expect(await insidePlace(folder, contents)).toEqual(before)

    const other = await emptyDatabase()
    use(null, folder)
    const { lines, failed } = await said('move-to-postgres', other)
    expect({ lines, failed }).toMatchObject({ failed: false })
    expect(lines.join('\n')).toContain('Start with DATABASE_URL set to that address.')
    expect(await insidePlace(other, contents)).toEqual(before)
    await insidePlace(other, async () => {
      // Nothing has happened since: who is signed in stays so, and what waits goes by itself.
      expect(await db().session.count({ where: { revokedAt: null } })).toBeGreaterThan(0)
      expect(await db().outboundMail.count({ where: { state: 'queued' } })).toBe(2)
      expect(await storyHolds(secrets)).toEqual(asTold)
    })

    // There is something in both now.
    expect(await said('move-to-postgres', other)).toEqual({
      lines: [expect.stringMatching(/^The database is not empty: /)],
      failed: true,
    })
    use(url, folder)
    expect(await said('move-to-embedded')).toEqual({
      lines: [expect.stringMatching(/^There is a database in .* already: /)],
      failed: true,
    })
    const release = await lockFolder(folder)
    use(null, folder)
    expect(await said('move-to-postgres', await emptyDatabase())).toEqual({
      lines: [expect.stringMatching(/ is in use by another Latchkey \(process \d+\): stop that one/)],
      failed: true,
    })
    release()
  })

  it('of an older version leaves that as it is, and is up to date where it comes to', async () => {
    const url = await emptyDatabase()
    const older = knownMigrations().slice(0, -1)
    const database = openPostgres(url)
    await migrate(database, older)
    await database.prisma
      .$executeRaw`INSERT INTO "Tenant" (id, name, "nameKey") VALUES (gen_random_uuid(), 'Acme', 'acme')`
    const folder = newFolder()
    use(url, folder)
    expect(await said('move-to-embedded')).toMatchObject({ lines: expect.anything(), failed: false })
    expect(await pendingMigrations(database)).toEqual(knownMigrations().slice(-1))
    await database.close()
    await insidePlace(folder, async () => {
      expect(await db().tenant.count()).toBe(1)
      expect(await db().alarmImage.count()).toBe(0)
    })
  })

  it('is refused from where there is nothing, or somebody works, and to nowhere', async () => {
    const folder = newFolder()
    use(null, folder)
    expect(await said('move-to-postgres')).toMatchObject({
      lines: [expect.stringMatching(/^Say where to: /)],
    })
    expect(await said('move-to-postgres', await emptyDatabase())).toMatchObject({
      lines: [expect.stringMatching(/^There is no database in /)],
    })
    expect(await said('move-to-embedded')).toMatchObject({
      lines: [expect.stringMatching(/^Set DATABASE_URL /)],
    })
    use(await emptyDatabase(), folder)
    expect(await said('move-to-embedded')).toMatchObject({
      lines: ['There is no Latchkey in this database.'],
    })
    const { settings, inside } = await createInstallation()
    await inside(() => db().worker.create({ data: { id: crypto.randomUUID(), host: 'here', processId: 1 } }))
    use(settings.DATABASE_URL ?? '', folder)
    expect(await said('move-to-embedded')).toMatchObject({
      lines: ['Latchkey is running on this database: stop it on all machines. Nothing was changed.'],
      failed: true,
    })
    use('postgresql://u:p@127.0.0.1:1/nowhere', folder)
    expect(await said('move-to-embedded')).toMatchObject({
      lines: [expect.stringMatching(/^The database does not answer/)],
    })
    expect(readdirSync(folder)).toEqual([])
  })
})
