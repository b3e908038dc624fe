// `npm run admin -- backup FILE`: all of an installation in one file that a passphrase opens, and checked.
// What belongs into it, and what does not: docs/decisions/027.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type KnownKey, refuseOtherKeys } from '@/domain/keys/known-keys'
import type { Actor } from '@/domain/viewer'
import type { Bulk } from '@/lib/bulk'
import { type Database, openPostgres } from '@/lib/db'
import { isAway, refusedByDatabase } from '@/lib/db-errors'
import { type DumpEnd, damaged, dumpOf, readDump } from '@/lib/dump'
import { env } from '@/lib/env'
import { Keyring } from '@/lib/keyring'
import { readKeysFile } from '@/lib/keys-file'
import { refuseUnfinished } from '@/lib/restoring'
import { writeSealed } from '@/lib/sealed-file'
import { StartRefused } from '@/lib/start-refused'
import { version } from '@/lib/version'
import type { Said } from './answer'
import { recordBackup } from './backup-record'
import { askRunning } from './command-socket'

/** What a dump says about the installation. */
export type About = {
  from: Database['kind']
  /** The keys that its secrets are sealed with */
  known: KnownKey[]
  /** The generated keys themselves; null where APP_KEYS are somebody else's to keep */
  keys: string | null
}

const shortestPassphrase = 12

/**
 * Reads all of the database at one moment, while it is in use, and writes it.
 * @throws StartRefused where there is nothing to back up, for too short a passphrase, and as `writeSealed` does
 */
export async function backUp(name: string, passphrase: string, actor: Actor): Promise<Said> {
  if (!name) throw new StartRefused('Say which file to write: npm run admin -- backup FILE')
  if (passphrase.length < shortestPassphrase)
    throw new StartRefused(
      `The passphrase has at least ${shortestPassphrase} characters: whoever has the file can try as many as they like.`,
    )
  const file = path.resolve(env().calledFrom, name)
  const begun = performance.now()
  return withSource(actor, async (database, held) => {
    let end: DumpEnd | undefined
    let about: About | undefined
    const bytes = await database.bulk('read', async bulk => {
      about = await aboutOf(bulk, database.kind)
      const content = dumpOf(bulk, { version, about }, told => {
        end = told
      })
      return writeSealed(file, passphrase, content, async written => {
        const found = await readDump(written, () => {}, drain)
        if (found.sha256 !== end?.sha256) throw damaged()
      })
    })
    if (!end || !about) throw new Error('A backup ended before its end.')
    const { rows, tables, sha256 } = end
    const known = about.known.map(({ id }) => id)
    const seconds = (performance.now() - begun) / 1000
    return {
      lines: [
        `${file}: ${rows} rows of ${Object.keys(tables).length} tables in ${megabytes(bytes)}, read back and found whole, after ${seconds.toFixed(1)} s.`,
        ...(held === null ? [] : [`Latchkey stood still for ${held} ms of it.`]),
        about.keys
          ? 'The keys of this installation are in it: with this file and its passphrase everything can be restored, and every secret read.'
          : `APP_KEYS is not in it: keep the ${known.length === 1 ? 'key' : 'keys'} ${known.map(id => `"${id}"`).join(', ')} in another place. Without ${known.length === 1 ? 'it' : 'them'} this backup cannot be restored.`,
        'Nobody can open it without its passphrase.',
      ],
      data: {
        ok: true,
        file,
        bytes,
        rows,
        tables,
        sha256,
        keys: about.keys ? 'included' : known,
        held,
        seconds,
      },
    }
  })
}

/** Takes what nobody wants. */
export const drain = async (_: unknown, pieces: AsyncIterable<unknown>): Promise<void> => {
  for await (const _piece of pieces);
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`

/**
 * What is said of an installation along with its tables.
 * @throws KeyringError where the keys of this process are not those of the database: the backup would be of no use
 */
export async function aboutOf(bulk: Bulk, from: Database['kind']): Promise<About> {
  const { appKeys, dataDir } = env()
  const known = await bulk.rows<KnownKey>(
    'SELECT id, "checkValue" FROM "KeyringKey" ORDER BY "createdAt", id',
  )
  const list = appKeys ?? readKeysFile(dataDir)
  if (!list)
    throw new StartRefused(
      `The keys of this database are missing: put the file "keys" back into ${dataDir}, or set APP_KEYS.`,
    )
  refuseOtherKeys(known, Keyring.parse(list))
  return { from, known, keys: appKeys ? null : list }
}

/** The database that this environment leads to, also while it is in use. @param work gets for how long others waited */
async function withSource<T>(
  actor: Actor,
  work: (database: Database, held: number | null) => Promise<T>,
): Promise<T> {
  const { databaseUrl, dataDir } = env()
  if (databaseUrl)
    return withDatabase(openPostgres(databaseUrl), async database => {
      await recordBackup(database, actor)
      return work(database, null)
    })
  const answer = await askRunning(dataDir, ['snapshot'])
  if (!answer)
    return withEmbedded(dataDir, async database => {
      await recordBackup(database, actor)
      return work(database, null)
    })
  if (answer.failed) throw new StartRefused(answer.lines.join(' '))
  const { folder, held } = answer.data as { folder: string; held: number }
  const remove = () => rm(folder, { recursive: true, force: true })
  // Also when somebody thinks better of it: it is as large as the database.
  const end = () => void remove().finally(() => process.exit(1))
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    return await withEmbedded(folder, database => work(database, held))
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
    await remove()
  }
}

/** The embedded database of a folder in which nothing runs. @throws StartRefused where there is none, or it is in use */
export async function withEmbedded<T>(folder: string, work: (database: Database) => Promise<T>): Promise<T> {
  if (!existsSync(path.join(folder, 'pglite')))
    throw new StartRefused(
      `There is no database in ${folder}: set DATA_DIR to the folder of the installation, or DATABASE_URL.`,
    )
  return withDatabase(await (await import('@/lib/embedded')).openEmbedded(folder), work)
}

/** @throws StartRefused where it does not answer, or is no installation */
export async function withDatabase<T>(
  database: Database,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  try {
    await refuseUnfinished(database)
    const [row] = await database.prisma.$queryRaw<{ there: boolean }[]>`
      SELECT to_regclass('"KeyringKey"') IS NOT NULL AS there`
    if (!row?.there) throw new StartRefused('There is no Latchkey in this database.')
    return await work(database)
  } catch (error) {
    throw asSentence(error)
  } finally {
    await database.close()
  }
}

/** What the operator can mend about a database, in words; anything else as it is. */
export function asSentence(error: unknown): unknown {
  if (error instanceof Error && error.name === 'StartRefused') return error
  if (isAway(error))
    return new StartRefused('The database does not answer, or was gone in the middle: run this again.')
  return refusedByDatabase(error, 'The database refuses') ?? error
}
