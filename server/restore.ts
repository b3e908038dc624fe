// `npm run admin -- restore FILE`: an installation out of a backup, into a database with nothing in it.
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { endAllSessions } from '@/domain/accounts/session'
import { record } from '@/domain/audit/audit'
import { refuseOtherKeys } from '@/domain/keys/known-keys'
import { endRetryRuns } from '@/domain/mail-log/retry-run'
import { leaveToPerson } from '@/domain/outbox/undecided'
import type { Actor } from '@/domain/viewer'
import { type Database, holdDatabase, openPostgres, transaction } from '@/lib/db'
import { type DumpEnd, type DumpHead, loadDump, readDump } from '@/lib/dump'
import { env } from '@/lib/env'
import { lockFolder } from '@/lib/folder-lock'
import { Keyring, KeyringError } from '@/lib/keyring'
import { readKeysFile, writeKeysFile } from '@/lib/keys-file'
import { knownMigrations, migrate } from '@/lib/migrations'
import { refusePooler } from '@/lib/pooler'
import { filling, refuseUsed } from '@/lib/restoring'
import { readSealed } from '@/lib/sealed-file'
import { StartRefused } from '@/lib/start-refused'
import type { Said } from './answer'
import { type About, asSentence, drain } from './backup'
import { databaseSubject } from './backup-record'

/**
 * Reads all of the file before anything is changed, and then once more into the database.
 * @throws StartRefused for a file, a passphrase, keys or a database that do not fit; then nothing was changed
 */
export async function restore(name: string, passphrase: string, actor: Actor): Promise<Said> {
  if (!name) throw new StartRefused('Say which file to restore: npm run admin -- restore FILE')
  const file = path.resolve(env().calledFrom, name)
  const begun = performance.now()
  const { databaseUrl, dataDir } = env()
  if (!databaseUrl) refuseTaken(dataDir)
  let head: DumpHead | undefined
  await readDump(
    readSealed(file, passphrase),
    found => {
      head = found
      refuseNewer(found)
      keysFor(found.about as About)
    },
    drain,
  )
  if (!head) throw new Error('A backup ended before its beginning.')
  const { at, migrations, about } = head
  const keys = keysFor(about as About)
  let undecided = 0
  let sessions = 0
  const fill = async (database: Database) => {
    const end = await pour(database, migrations, readSealed(file, passphrase))
    await transaction(async tx => {
      undecided = await leaveToPerson(tx)
      sessions = await endAllSessions(tx)
      await endRetryRuns(tx)
      await record(tx, actor, 'installation.restored', databaseSubject, {
        after: { backupOf: at, undecided },
      })
    })
    return end
  }
  const { rows, tables } = databaseUrl
    ? await intoPostgres(databaseUrl, fill)
    : await intoEmbedded(dataDir, fill, keys)
  const seconds = (performance.now() - begun) / 1000
  return {
    lines: [
      `Restored as of ${at}: ${rows} rows of ${Object.keys(tables).length} tables, after ${seconds.toFixed(1)} s.`,
      `Everybody signs in again: ${sessions} sessions ended.`,
      undecided === 1
        ? 'One mail waited then. Whether it has gone since nobody knows: the outbox asks.'
        : `${undecided} mails waited then. Whether they have gone since nobody knows: the outbox asks.`,
    ],
    data: { ok: true, at, rows, tables, sessions, undecided, seconds },
  }
}

function refuseNewer({ migrations, version }: DumpHead): void {
  const known = knownMigrations()
  const unknown = migrations.find(name => !known.includes(name))
  if (unknown)
    throw new StartRefused(
      `This backup is of a newer version of Latchkey (${version}, with "${unknown}"): install that version, or a newer one. Nothing was changed.`,
    )
}

/**
 * The keys that the restored database will be used with.
 * @returns a list to be put into the folder; null where the right ones are there already
 * @throws KeyringError if those that are there do not open what was backed up
 */
function keysFor({ known, keys }: About): string | null {
  const { appKeys, dataDir } = env()
  const there = appKeys ?? readKeysFile(dataDir)
  if (!there) {
    if (keys) return keys
    throw new KeyringError(
      `The keys that this backup was made with are not in it: set APP_KEYS to the list with ${known.map(({ id }) => `"${id}"`).join(', ')}. Nothing was changed.`,
    )
  }
  try {
    refuseOtherKeys(known, Keyring.parse(there))
    return null
  } catch (error) {
    if (!keys || !(error instanceof KeyringError)) throw error
    throw new KeyringError(
      appKeys
        ? `${error.message} The backup holds that key; how to get at it stands in docs/operation.md.`
        : `The keys in ${dataDir} are not those of this backup, which brings its own: move the file "keys" away. Nothing was changed.`,
    )
  }
}

/**
 * Makes the tables as they were when the dump was written, fills them, and brings them up to date.
 * @returns what came in
 */
export async function pour(
  database: Database,
  migrations: string[],
  dump: AsyncIterable<Uint8Array>,
): Promise<DumpEnd> {
  await migrate(database, migrations)
  const end = await database.bulk('write', bulk => loadDump(bulk, dump))
  await migrate(database)
  holdDatabase(database)
  return end
}

/** @throws StartRefused where a database lies already */
export function refuseTaken(dataDir: string): void {
  if (existsSync(path.join(dataDir, 'pglite')))
    throw new StartRefused(
      `There is a database in ${dataDir} already: stop Latchkey and move the folder "pglite" away, or set DATA_DIR to an empty folder. Nothing was changed.`,
    )
}

/** Fills a new embedded database, which takes its place when it is whole. */
export async function intoEmbedded<T>(
  dataDir: string,
  fill: (database: Database) => Promise<T>,
  keys: string | null,
): Promise<T> {
  const { openEmbedded } = await import('@/lib/embedded')
  const release = await lockFolder(dataDir)
  const draft = path.join(dataDir, 'restoring')
  try {
    refuseTaken(dataDir)
    await rm(draft, { recursive: true, force: true })
    const database = await openEmbedded(draft)
    const result = await filling(database, () => fill(database)).finally(() => database.close())
    if (keys) writeKeysFile(dataDir, keys)
    await rename(path.join(draft, 'pglite'), path.join(dataDir, 'pglite'))
    return result
  } catch (error) {
    throw asSentence(error)
  } finally {
    await rm(draft, { recursive: true, force: true })
    release()
  }
}

/** Fills an empty database of a server. */
export async function intoPostgres<T>(url: string, fill: (database: Database) => Promise<T>): Promise<T> {
  const database = openPostgres(url)
  try {
    await refusePooler(url)
    await refuseUsed(database)
    return await database.alone(() => filling(database, () => fill(database)))
  } catch (error) {
    throw asSentence(error)
  } finally {
    await database.close()
  }
}
