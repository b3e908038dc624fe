// From every version that was ever released to this one: its database comes up to date, and its people do not notice.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { db, holdDatabase, openPostgres } from '@/lib/db'
import { openEmbedded } from '@/lib/embedded'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { pendingMigrations } from '@/lib/migrations'
import { createTestDatabase, databaseKind, testAppUrl, testKeys } from '@/lib/testing/database'
import { runCommand } from './commands'
import { databaseOf, keptVersions, releaseKeys, releasePassphrase, storyOf } from './testing/releases'
import { storyHolds } from './testing/story'

const versions = keptVersions()

afterEach(() => {
  setEnv({ databaseUrl: null, dataDir: '.data', appKeys: null })
  holdKeyring(Keyring.parse(testKeys))
})

describe('a database', () => {
  it('of every release is kept', () => expect(versions).toContain('0.1.0'))

  it.each(versions)('of %s is restored, migrated, and as its people know it', async version => {
    const { secrets, asTold } = storyOf(version)
    const dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-upgrade-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    let databaseUrl: string | null = null
    if (databaseKind() === 'postgres') {
      const { database, url, drop } = await createTestDatabase({ empty: true })
      onTestFinished(drop)
      await database.close()
      databaseUrl = url
    }
    setEnv({ databaseUrl, dataDir, appKeys: releaseKeys, appUrl: testAppUrl })
    holdKeyring(Keyring.parse(releaseKeys))
    const restored = await runCommand('restore', [databaseOf(version), releasePassphrase])
    expect(restored).toMatchObject({ lines: expect.anything(), failed: false })
    const database = databaseUrl ? openPostgres(databaseUrl) : await openEmbedded(dataDir)
    holdDatabase(database)
    try {
      expect(await pendingMigrations(database)).toEqual([])
      expect(await storyHolds(secrets)).toMatchObject(asTold)
      expect((await runCommand('verify-audit', [])).lines.at(-1)).toBe('The audit is as it was written.')
      expect(await db().user.count()).toBeGreaterThan(5)
    } finally {
      holdDatabase(null)
      await database.close()
    }
  })
})
