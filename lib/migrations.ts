// Migrations by Prisma's schema engine in WebAssembly: the native one would have to be downloaded from
// outside the package registry. Same files, same `_prisma_migrations` table. See docs/decisions/001.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'
import type { Database } from './db'
import { isAway } from './db-errors'
import { perProcess } from './global'
import { StartRefused } from './start-refused'

const folder = path.join(process.cwd(), 'prisma')
const filters = { externalTables: [], externalEnums: [] }

/** The names of the migrations that this version of the code brings, oldest first. */
export const knownMigrations = () =>
  readdirSync(path.join(folder, 'migrations'))
    .filter(name => statSync(path.join(folder, 'migrations', name)).isDirectory())
    .sort()

/** Which of the migrations are not applied to a database. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const names = await appliedMigrations(database)
  return knownMigrations().filter(name => !names.includes(name))
}

/** Which were applied to a database by a newer version of the code: this one does not bring them. */
export async function unknownMigrations(database: Database): Promise<string[]> {
  const names = knownMigrations()
  return (await appliedMigrations(database)).filter(name => !names.includes(name))
}

async function appliedMigrations(database: Database): Promise<string[]> {
  const [table] = await database.prisma.$queryRaw<{ present: boolean }[]>`
    SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`
  if (!table?.present) return []
  const applied = await database.prisma.$queryRaw<{ migration_name: string }[]>`
    SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name`
  return applied.map(row => row.migration_name)
}

/**
 * Applies what is pending. Run it inside `database.alone`.
 * @param names of the migrations that are wanted, if not all
 * @returns the names of what was applied
 * @throws StartRefused for a migration that fails; it would fail again
 */
export async function migrate(database: Database, names = knownMigrations()): Promise<string[]> {
  const pending = await pendingMigrations(database)
  if (!pending.some(name => names.includes(name))) return []
  try {
    return await withEngine(database, async engine => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: migrationsList(names),
        filters,
      })
      return appliedMigrationNames
    })
  } catch (error) {
    if (isAway(error)) throw error
    const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim()
    throw new StartRefused(`The database could not be migrated: ${said}`)
  }
}

/** The SQL that leads from the migrations to `schema.prisma`; empty when they agree. */
export async function difference(database: Database): Promise<string> {
  return withEngine(database, async engine => {
    const { stdout } = await engine.diff({
      from: { tag: 'migrations', ...migrationsList() },
      to: {
        tag: 'schemaDatamodel',
        files: [{ path: 'schema.prisma', content: readFileSync(path.join(folder, 'schema.prisma'), 'utf8') }],
      },
      script: true,
      exitCode: null,
      filters,
    })
    return stdout?.includes('empty migration') ? '' : (stdout ?? '')
  })
}

function migrationsList(names = knownMigrations()) {
  const text = (...parts: string[]) => readFileSync(path.join(folder, 'migrations', ...parts), 'utf8')
  return {
    baseDir: path.join(folder, 'migrations'),
    lockfile: { path: 'migration_lock.toml', content: text('migration_lock.toml') },
    shadowDbInitScript: '',
    migrationDirectories: names.map(name => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: text(name, 'migration.sql') },
      },
    })),
  }
}

/** Runs `use` with an engine of its own connections, and closes them after it. */
async function withEngine<T>({ adapter }: Database, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await engineModule()
  const opened: { dispose(): Promise<void> }[] = []
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory({
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      async connect() {
        const connection = await adapter.connect()
        opened.push(connection)
        return connection
      },
      // This one the engine closes itself.
      connectToShadowDb: () => adapter.connectToShadowDb(),
    }),
  )
  try {
    return await use(engine)
  } finally {
    engine.free()
    for (const connection of opened) await connection.dispose()
  }
}

type EngineModule = { SchemaEngine: typeof SchemaEngine }

/**
 * The package's own entry imports the WebAssembly module in a way that Node does not offer yet. Loaded
 * once: the glue keeps views of one instance's memory, and would read a second one's through them.
 */
const engineModule = () => {
  const held = perProcess<{ loading?: Promise<EngineModule> }>('schema-engine', () => ({}))
  held.loading ??= loadEngine().catch(error => {
    held.loading = undefined
    throw error
  })
  return held.loading
}

async function loadEngine(): Promise<EngineModule> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = await WebAssembly.compile(
    await readFile(path.join(process.cwd(), 'node_modules/@prisma/schema-engine-wasm/schema_engine_bg.wasm')),
  )
  const bindings = glue as unknown as Record<string, WebAssembly.ImportValue> & {
    __wbg_set_wasm(exports: WebAssembly.Exports): void
  } & EngineModule
  const imports: Record<string, WebAssembly.ImportValue> = { ...bindings }
  // It leaves the timer of its lock running; that must not keep a finished process alive for 10 s.
  for (const [name, call] of Object.entries(imports))
    if (name.startsWith('__wbg_setTimeout_') && typeof call === 'function')
      imports[name] = (...given: unknown[]) => {
        const timer: NodeJS.Timeout = call(...given)
        return timer.unref()
      }
  const instance = await WebAssembly.instantiate(module, { './schema_engine_bg.js': imports })
  bindings.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as () => void)()
  return bindings
}
