// What a fresh clone lacks: packages, the generated database client, the build. Node's own modules only.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** As in lib/start-refused.ts, which cannot be loaded before the packages are there. */
class StartRefused extends Error {
  name = 'StartRefused'
}

/** Nothing calls home, neither while building nor while running. */
const quiet = {
  NEXT_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
  // The client is generated without the native schema engine, which would have to be downloaded.
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
}

/**
 * Brings packages and generated code up to date.
 * @param developing also what only those need who change Latchkey: tests, checks, the preview of mails
 */
export async function prepare({ developing = false } = {}) {
  Object.assign(process.env, quiet)
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19))
    throw new StartRefused(`Latchkey needs Node.js 20.19 or newer; this is ${process.versions.node}.`)
  const developed = existsSync(path.join(root, 'node_modules', 'vitest'))
  if ((developing && !developed) || stale('node_modules/.package-lock.json', ['package-lock.json']))
    // Not `npm ci`: it refuses a lock file that lacks a binary for some other platform, which is all that a
    // registry has to be without. This installs what the lock file names and leaves the file alone.
    run('Installing packages', 'npm', [
      'install',
      '--no-save',
      '--ignore-scripts',
      // What is there for developing stays.
      developing || developed ? '--include=dev' : '--omit=dev',
      '--no-audit',
      '--no-fund',
    ])
  if (stale('generated/prisma/client.ts', ['prisma/schema.prisma', 'node_modules/.package-lock.json']))
    run('Generating the database client', process.execPath, [
      'node_modules/prisma/build/index.js',
      'generate',
    ])
}

/**
 * Runs a command that is written in TypeScript and stays for long. Compiled beforehand: a compiler that
 * works while modules load keeps a thread, a process and the source maps of everything in memory, for good.
 */
export async function load(entry) {
  const text = await bundled(entry)
  const file = path.join(root, 'generated', `${path.basename(entry)}.mjs`)
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    // Others may be starting from the same folder.
    const draft = `${file}.${process.pid}`
    writeFileSync(draft, text)
    renameSync(draft, file)
  }
  return import(pathToFileURL(file).href)
}

/** One file of a command and all of ours that it needs; packages stay where they are. @returns its text */
export async function bundled(entry) {
  const { buildSync } = await import('esbuild')
  const { outputFiles } = buildSync({
    entryPoints: [path.join(root, `${entry}.ts`)],
    absWorkingDir: root,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    write: false,
    outfile: `${path.basename(entry)}.mjs`,
  })
  return outputFiles[0].text
}

const sources = [
  'app',
  'components',
  'domain',
  'emails',
  'generated/prisma',
  'lib',
  'messages',
  'prisma',
  'server',
]
const single = [
  'instrumentation.ts',
  'next.config.js',
  'package-lock.json',
  // It names the version.
  'package.json',
  'postcss.config.mjs',
  'tsconfig.json',
]

/** Rebuilds when the content of a source changed, whatever the clocks and the checkout say. */
export function buildIfStale() {
  compileMailsIfStale()
  const stamp = path.join(root, '.next', 'built-from')
  const fingerprint = fingerprintOf([...sources, ...single])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  run('Building', process.execPath, ['node_modules/next/dist/bin/next', 'build'], {
    env: { ...process.env, ...namesFrom(fingerprint) },
  })
  mkdirSync(path.dirname(stamp), { recursive: true })
  writeFileSync(stamp, fingerprint)
}

/**
 * What makes two builds of the same source one: pages of the one post to the other. Next puts the key into
 * the names of actions, and without one it makes a new one each time. It also encrypts with it what a page
 * binds to an action; a key that everybody can work out protects nothing, so nothing is ever bound (see
 * docs/decisions/012-forms-outlive-a-build.md).
 */
const namesFrom = fingerprint => ({
  LATCHKEY_BUILD: fingerprint.slice(0, 20),
  NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: Buffer.from(fingerprint, 'hex').toString('base64'),
})

/** The same for the mails, see emails/stored-templates.ts. */
export function compileMailsIfStale() {
  const file = path.join(root, 'generated', 'mails.json')
  const fingerprint = fingerprintOf(['emails', 'lib/i18n', 'messages', 'package-lock.json'])
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).of === fingerprint) return
  run('Compiling mails', process.execPath, ['scripts/run.mjs', 'compile-mails', fingerprint])
}

function fingerprintOf(names) {
  const hash = createHash('sha256')
  for (const file of names.flatMap(files).sort())
    if (!/\.test\.tsx?$|\/testing\//.test(file))
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(path.join(root, file)))
        .update('\0')
  return hash.digest('hex')
}

function files(name) {
  if (statSync(path.join(root, name)).isFile()) return [name]
  return readdirSync(path.join(root, name), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? files(`${name}/${entry.name}`) : [`${name}/${entry.name}`],
  )
}

function stale(made, from) {
  const time = file => (existsSync(path.join(root, file)) ? statSync(path.join(root, file)).mtimeMs : 0)
  return time(made) === 0 || from.some(file => time(file) > time(made))
}

/** Shows one line while it works, and all of a command's output only when it fails. */
export function run(what, command, args, options = {}) {
  // On stderr: what a command answers on stdout may be read by a program.
  console.error(`${what} …`)
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    ...options,
  })
  if (status !== 0) throw new StartRefused(`${what} failed.\n${stdout ?? ''}${stderr ?? ''}${error ?? ''}`)
}
