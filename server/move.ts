// `npm run admin -- move-to-postgres URL` and `move-to-embedded`: all of an installation from one kind of database into
// the other, which is empty. What it leaves stays as it is.
import { record } from '@/domain/audit/audit'
import { workerAlive } from '@/domain/outbox/worker'
import type { Actor } from '@/domain/viewer'
import { type Database, openPostgres, transaction } from '@/lib/db'
import { type DumpEnd, dumpOf, migrationsIn } from '@/lib/dump'
import { env } from '@/lib/env'
import { StartRefused } from '@/lib/start-refused'
import { version } from '@/lib/version'
import type { Said } from './answer'
import { aboutOf, withDatabase, withEmbedded } from './backup'
import { databaseSubject } from './backup-record'
import { intoEmbedded, intoPostgres, pour, refuseTaken } from './restore'

/**
 * From DATA_DIR, where nothing may run, to a server.
 * @param url of an empty database; by default DATABASE_URL
 */
export async function moveToPostgres(url: string | undefined, actor: Actor): Promise<Said> {
  const { databaseUrl, dataDir, appKeys } = env()
  const target = url || databaseUrl
  if (!target || !/^postgres(ql)?:\/\//.test(target))
    throw new StartRefused(
      'Say where to: npm run admin -- move-to-postgres postgresql://user:password@host:5432/name, or set DATABASE_URL.',
    )
  return withEmbedded(dataDir, async source => {
    const moved = await intoPostgres(target, database => move(source, database, actor))
    return {
      lines: [
        ...told(moved),
        `Start with ${[!databaseUrl && 'DATABASE_URL set to that address', !appKeys && `APP_KEYS set to what stands in ${dataDir}/keys`].filter(Boolean).join(' and ') || 'the same settings'}.`,
        `The database in ${dataDir} is as it was. Do not start it again: what waits in both would be sent twice.`,
      ],
      data: { ok: true, ...moved },
    }
  })
}

/** From DATABASE_URL, where nothing may run either, to DATA_DIR. */
export async function moveToEmbedded(actor: Actor): Promise<Said> {
  const { databaseUrl, dataDir } = env()
  if (!databaseUrl)
    throw new StartRefused(
      'Set DATABASE_URL to the database to move from, and DATA_DIR to the folder to move to.',
    )
  refuseTaken(dataDir)
  return withDatabase(openPostgres(databaseUrl), async source => {
    await refuseRunning(source)
    const moved = await intoEmbedded(dataDir, database => move(source, database, actor), null)
    return {
      lines: [
        ...told(moved),
        'Start without DATABASE_URL, and with the same APP_KEYS.',
        'The database of the server is as it was. Do not start it again: what waits in both would be sent twice.',
      ],
      data: { ok: true, ...moved },
    }
  })
}

async function move(source: Database, target: Database, actor: Actor): Promise<DumpEnd> {
  const moved = await source.bulk('read', async bulk => {
    const about = { ...(await aboutOf(bulk, source.kind)), keys: null }
    return pour(
      target,
      await migrationsIn(bulk),
      dumpOf(bulk, { version, about }, () => {}),
    )
  })
  await transaction(tx => record(tx, actor, 'installation.moved', databaseSubject))
  return moved
}

/** A web server without workers shows itself in nothing: this finds those that send. */
async function refuseRunning({ prisma }: Database): Promise<void> {
  if (await workerAlive(prisma))
    throw new StartRefused(
      'Latchkey is running on this database: stop it on all machines. Nothing was changed.',
    )
}

const told = ({ rows, tables }: DumpEnd): string[] => [
  `${rows} rows of ${Object.keys(tables).length} tables are there, as many of each as here.`,
]
