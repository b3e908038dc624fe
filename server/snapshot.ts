// The database of a running Latchkey, as files that another process can open: what `backup` reads, so that nobody waits
// for longer than the copy takes.
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Actor } from '@/domain/viewer'
import { database } from '@/lib/db'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import type { Said } from './answer'
import { recordBackup } from './backup-record'

const prefix = 'snapshot-'

/** Nobody reads one for so long: whoever wanted it was killed. */
const leftAfterMilliseconds = 12 * 60 * 60_000

/** @returns the folder, which whoever asked deletes */
export async function snapshot(actor: Actor): Promise<Said> {
  const { dataDir } = env()
  const open = database()
  if (!open?.copyFiles) return { lines: ['Only the embedded database has files to copy.'], failed: true }
  await removeLeft(dataDir)
  await recordBackup(open, actor)
  const folder = await mkdtemp(path.join(dataDir, prefix))
  let held: number
  try {
    held = await open.copyFiles(path.join(folder, 'pglite'))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    return { lines: [`There is no room in ${dataDir} for a copy of the database.`], failed: true }
  }
  log.info({ milliseconds: held }, 'copied the database for a backup')
  return { lines: [folder], data: { folder, held } }
}

async function removeLeft(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    const folder = path.join(dataDir, name)
    if (name.startsWith(prefix) && Date.now() - (await stat(folder)).ctimeMs > leftAfterMilliseconds)
      await rm(folder, { recursive: true, force: true })
  }
}
