// The embedded database: PGlite, which is PostgreSQL in WebAssembly, in this very process.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { fromPglite } from 'pg-boss'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { type Prisma, PrismaClient } from '@/generated/prisma/client'
import { byIndex, type Database, nameOf } from './db'
import { lockFolder } from './folder-lock'

/**
 * Opens the embedded database.
 * @param folder its files, or null for one that lives in memory
 * @throws StartRefused when another process has it open
 */
export async function openEmbedded(folder: string | null): Promise<Database> {
  const release = folder ? lockFolder(folder) : () => {}
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
  const making = promisify(execFile)(process.execPath, [program, draft])
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
    async close() {
      await prisma.$disconnect()
      if (!pglite.closed) await pglite.close()
      release()
    },
  }
}

/** PGlite plans each statement anew, which takes longer than running it, unless it is prepared in SQL. */
function preparedIn(pglite: PGlite): Database['query'] {
  const prepared = new Set<string>()
  const settings = `${byIndex.map(name => `SET LOCAL ${name} = off;`).join(' ')} SET LOCAL plan_cache_mode = force_generic_plan;`
  return async <Row>({ text, values }: Prisma.Sql) => {
    const name = nameOf(text)
    if (!prepared.has(name)) {
      prepared.add(name)
      await pglite.exec(`PREPARE ${name} AS ${text}`)
    }
    const parameters = values.length > 0 ? `(${values.map(literal).join(', ')})` : ''
    // Several statements sent at once are one transaction, so the settings hold for this one alone.
    const results = await pglite.exec(`${settings} EXECUTE ${name}${parameters}`)
    return (results.at(-1)?.rows ?? []) as Row[]
  }
}

/** A value as SQL text. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return literal(value.toISOString())
  if (Array.isArray(value)) return literal(`{${value.map(one => JSON.stringify(String(one))).join(',')}}`)
  return `'${String(value).replaceAll("'", "''")}'`
}
