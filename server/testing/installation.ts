// An installation that other processes can open: a database of its own, and a folder for its data.
import { mkdirSync, mkdtempSync, openAsBlob, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { inject, onTestFinished } from 'vitest'
import { issueToken, linkOf } from '@/domain/links/link-token'
import { queueMail } from '@/domain/outbox/outbound-mail'
import type { Viewer } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { openPostgres, transaction } from '@/lib/db'
import { openEmbedded } from '@/lib/embedded'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { startQueue, stopQueue } from '@/lib/queue'
import { createTestDatabase, testAppUrl, testKeys } from '@/lib/testing/database'
import { inside } from './inside'

export type Installation = {
  folder: string
  /** The environment of a process of this installation */
  settings: Record<string, string>
  /** Works on its database from here. On PGlite no other process may have it open meanwhile. */
  inside<T>(work: () => Promise<T>): Promise<T>
}

export async function createInstallation(): Promise<Installation> {
  // A test before in this process may have set it ahead; the other processes know nothing of that.
  setClockAhead(0)
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-installation-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const test = inject('testDatabase')
  let url = ''
  if (test.kind === 'postgres') {
    const made = await createTestDatabase()
    onTestFinished(made.drop)
    await made.database.close()
    url = made.url
  } else {
    const data = path.join(folder, 'pglite')
    mkdirSync(data)
    await (await PGlite.create(data, { loadDataDir: await openAsBlob(test.template) })).close()
  }
  return {
    folder,
    settings: { DATABASE_URL: url, DATA_DIR: folder, APP_KEYS: testKeys, APP_URL: testAppUrl },
    async inside(work) {
      setEnv({ appUrl: testAppUrl })
      holdKeyring(Keyring.parse(testKeys))
      const database = url ? openPostgres(url) : await openEmbedded(folder)
      return inside(database, async () => {
        await startQueue(database, false)
        return await work().finally(() => stopQueue(2_000))
      })
    },
  }
}

/** A mail with a link to somebody, from inside an installation. @returns its id */
export const queueReset = (user: Viewer): Promise<string> =>
  transaction(async tx => {
    const token = await issueToken(tx, 'password-reset', user.id, inMinutes(60))
    return queueMail(tx, {
      kind: 'password-reset',
      parameters: { name: 'Anna', expiresAt: token.expiresAt.toISOString() },
      recipient: 'anna@example.org',
      locale: 'en',
      expiresAt: token.expiresAt,
      link: linkOf(token),
      userId: user.id,
      requestedBy: user,
    })
  })
