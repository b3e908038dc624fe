// The embedded database: PGlite, which is PostgreSQL in WebAssembly, in this very process.
import { execFile } from 'node:child_process'
import { type Dirent, existsSync } from 'node:fs'
import { constants, copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { fromPglite } from 'pg-boss'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { type Prisma, PrismaClient } from '@/generated/prisma/client'
import { bulkInPglite } from './bulk'
import { byIndex, type Database, isStale, nameOf, renameStatement } from './db'
import { lockFolder } from './folder-lock'

/**
 * Opens the embedded database.
 * @param folder its files, or null for one that lives in memory
 * @throws StartRefused when another process has it open
 */
export async function openEmbedded(folder: string | null): Promise<Database> {
  const release = folder ? await lockFolder(folder) : () => {}
  try {
    const place = folder ? path.join(folder, 'pglite') : 'memory://'
    if (folder && !existsSync(place)) await create(place)
    // PostgreSQL's own default is four times as much, all of it in this process.
    const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB']
    return overPglite(await PGlite.create(place, { startParams }), release)
  } catch (error) {
    release()
    throw error
  }
}

/**
 * Makes the files of a new database in a process of its own: that takes half a gigabyte, of which this
 * process would not give everything back. A half-made one is never taken for a database.
 */
async function create(place: string): Promise<void> {
  const draft = `${place}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(path.dirname(place), { recursive: true })
  const program = path.join(process.cwd(), 'scripts', 'create-embedded.mjs')
  // It runs once: code that is quick to compile beats code that is quick to run.
  const making = promisify(execFile)(process.execPath, ['--liftoff-only', program, draft])
  // It does not outlive us.
  const end = () => making.child.kill('SIGKILL')
  process.once('exit', end)
  await making.finally(() => process.off('exit', end))
  await rename(draft, place)
}

/** A database over an embedded one that is already open. @param release runs after it is closed */
export function overPglite(pglite: PGlite, release: () => void = () => {}): Database {
  const adapter = new PrismaPGlite(pglite) as unknown as SqlMigrationAwareDriverAdapterFactory
  const prisma = new PrismaClient({ adapter })
  return {
    kind: 'pglite',
    prisma,
    adapter,
    queue: { db: fromPglite(pglite), backend: 'pglite' },
    query: preparedIn(pglite),
    listen: (channel, onNotice) => pglite.listen(channel, onNotice),
    alone: work => work(),
    bulk: (kind, work) => bulkInPglite(pglite, kind, work),
    copyFiles: folder => copyFiles(pglite, folder),
    answers: async () => !pglite.closed,
    async close() {
      await prisma.$disconnect()
      if (!pglite.closed) await pglite.close()
      release()
    },
  }
}

/**
 * Copies the files twice: once while they are in use, which takes as long as they are large, and then, while statements wait
 * as they do for a transaction, those that have changed since. @returns for how many milliseconds they waited
 */
async function copyFiles(pglite: PGlite, folder: string): Promise<number> {
  const { dataDir } = pglite
  if (!dataDir) throw new Error('A database in memory has no files.')
  const copied: Copied = new Map()
  await pglite.exec('CHECKPOINT')
  await copyChanged(dataDir, folder, copied)
  return pglite.transaction(async tx => {
    const begun = performance.now()
    await tx.exec('CHECKPOINT')
    await copyChanged(dataDir, folder, copied)
    return Math.round(performance.now() - begun)
  })
}

/** What a file was when it was copied, and when that was. */
type Copied = Map<string, { size: number; changedAt: number; at: number }>

/** Two changes within this time may have the same time on it. */
const tick = 2_000

/** Makes one folder like another, several files at a time: there are a thousand, and most are small. */
async function copyChanged(from: string, to: string, copied: Copied): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  const nameOf = ({ parentPath, name }: Dirent) => path.relative(from, path.join(parentPath, name))
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const entry of entries)
    if (entry.isDirectory()) await mkdir(path.join(to, nameOf(entry)), { recursive: true })
  const files = entries.filter(entry => entry.isFile()).map(nameOf)
  const there = new Set(files)
  for (const file of [...copied.keys()].filter(file => !there.has(file))) {
    await rm(path.join(to, file), { force: true })
    copied.delete(file)
  }
  const next = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop())
      await copyIfChanged(file).catch(error => {
        // Gone since it was listed; whoever copies while nothing is written meets none such.
        if (error.code !== 'ENOENT') throw error
      })
  }
  const copyIfChanged = async (file: string) => {
    const at = Date.now()
    const { size, mtimeMs: changedAt } = await stat(path.join(from, file))
    const before = copied.get(file)
    if (before?.size === size && before.changedAt === changedAt && changedAt < before.at - tick) return
    copied.set(file, { size, changedAt, at })
    await copyFile(path.join(from, file), path.join(to, file), constants.COPYFILE_FICLONE)
  }
  await Promise.all(Array.from({ length: 8 }, next))
}

/** PGlite plans each statement anew, which takes longer than running it, unless it is prepared in SQL. */
function preparedIn(pglite: PGlite): Database['query'] {
  const known = new Map<string, Promise<unknown>>()
  const prepare = (name: string, text: string) => {
    const preparing = known.get(name) ?? pglite.exec(`PREPARE ${name} AS ${text}`)
    known.set(name, preparing)
    // What could not be prepared now, since a table is missing yet, may be the next time.
    preparing.catch(() => known.delete(name))
    return preparing
  }
  const settings = `${byIndex.map(name => `SET LOCAL ${name} = off;`).join(' ')} SET LOCAL plan_cache_mode = force_generic_plan;`
  const run = async <Row>({ text, values }: Prisma.Sql) => {
    const name = nameOf(text)
    await prepare(name, text)
    const parameters = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
    // Several statements sent at once are one transaction, so the settings hold for this one alone.
    const results = await pglite.exec(`${settings} EXECUTE ${name}${parameters}`)
    return (results.at(-1)?.rows ?? []) as Row[]
  }
  return async <Row>(statement: Prisma.Sql) => {
    try {
      return await run<Row>(statement)
    } catch (error) {
      if (!isStale(error)) throw error
      renameStatement(statement.text)
      return run<Row>(statement)
    }
  }
}

/** A value as SQL text. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `'${textOf(value).replaceAll("'", "''")}'`
}

/** A value as PostgreSQL reads it from a text. */
function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return `{${value.map(elementOf).join(',')}}`
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** An element of an array (PostgreSQL, 8.15.6): in quotes, with nothing but quotes and backslashes escaped. */
function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value)) return textOf(value)
  return `"${textOf(value).replace(/[\\"]/g, '\\$&')}"`
}
