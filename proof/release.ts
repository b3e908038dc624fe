// A release as a stranger gets it: made twice from a fresh clone, put into a clean root as an image is, and told the story:
// on nothing, on the stored database of every version before, and on the data folder of the one before.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { kinds, newFolder, startServer } from '@/bench/stage'
import { freePort } from '@/e2e/fixtures/app'
import { StartRefused } from '@/lib/start-refused'
import { hasNginx } from '@/release/testing/nginx'
import { ensureChromium } from '@/scripts/chromium.mjs'
import { keptVersions, projectAfter } from '@/server/testing/releases'
import { clonePrevious, previousVersion } from './previous'

const part = fileURLToPath(new URL('./release-part.ts', import.meta.url))

/** The oldest and the newest Node that a release is for, and the one of the image. */
const nodes = ['20.19.0', '24', '26']

/** Prints whether two releases of this commit are the same, and for each Node and each database how the story ended. */
export async function proveRelease(): Promise<void> {
  refuseWithout()
  const left = await leftByPrevious()
  const one = makeRelease('one', process.cwd())
  // From the first clone, so that nobody's commit comes in between.
  const two = makeRelease('two', path.dirname(one))
  const same = releaseFiles(one).every(([name, bytes]) => bytes.equals(readFileSync(path.join(two, name))))
  const archive = path.join(one, releaseFiles(one)[0]?.[0] ?? '')
  const unpacked = newFolder('unpacked')
  command('tar', ['-xzf', archive, '-C', unpacked, '--strip-components', '1'])
  print({
    proof: 'release.reproducible',
    same,
    megabytes: megabytes(statSync(archive).size),
    unpackedMegabytes: megabytes(Number(command('du', ['-sb', unpacked]).split('\t')[0])),
  })
  if (!same) throw new Error('Two releases of one commit differ.')
  command('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: one })

  const root = cleanRoot(archive)
  for (const node of nodes) {
    putNode(root, node)
    // The story once on each database; that it starts and answers, with every Node.
    for (const kind of kinds)
      print(await inside(root, kind, node === '24' ? { what: 'story', project: 'new' } : { what: 'start' }))
  }
  putNode(root, '24')
  for (const project of keptVersions().map(projectAfter))
    for (const kind of kinds) print(await inside(root, kind, { what: project, project }))
  print(
    await inside(root, 'embedded', { what: `data-of-${left.version}`, project: 'new', volume: left.volume }),
  )
}

/** The data folder of an embedded installation, as the version before this one has made it and used it. */
async function leftByPrevious(): Promise<{ volume: string; version: string }> {
  const previous = previousVersion()
  const volume = newFolder('volume')
  const server = await startServer(
    ['scripts/start.mjs'],
    '/readyz',
    { DATA_DIR: volume, DEMO: 'on', INBOX_SMTP_PORT: String(await freePort()) },
    clonePrevious(previous),
  )
  await server.stop()
  return { volume, version: previous.version }
}

function refuseWithout(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new StartRefused('This proof makes a root of its own to change into, so it needs Linux, and root.')
  for (const [tool, has] of [
    ['debootstrap', exists('debootstrap')],
    ['nginx-light', hasNginx],
    ['iproute2', exists('ip')],
  ] as const)
    if (!has) throw new StartRefused(`This proof needs ${tool}: apt-get install ${tool}.`)
  if (!ensureChromium())
    throw new StartRefused('There is no Chromium: install one (Debian: apt-get install chromium).')
}

function exists(program: string): boolean {
  try {
    command('sh', ['-c', `command -v ${program}`])
    return true
  } catch {
    return false
  }
}

/** From a clone of what is committed there, in a folder of its own. @returns the folder of what was made */
function makeRelease(name: string, origin: string): string {
  console.error(`a release from a clone, ${name} …`)
  const clone = newFolder(name)
  command('git', ['clone', '--quiet', origin, clone])
  const made = command('npm', ['run', '--silent', 'release'], { cwd: clone })
  if (name === 'one') console.error(made)
  return path.join(clone, 'dist')
}

/** Its files, the archive first. */
function releaseFiles(folder: string): [string, Buffer][] {
  const sums = readFileSync(path.join(folder, 'SHA256SUMS'), 'utf8')
  const named = [...sums.matchAll(/^\w+ {2}(.+)$/gm)].map(([, name = '']) => name)
  return [...named, 'SHA256SUMS'].map(name => [name, readFileSync(path.join(folder, name))])
}

/** A Debian as small as it gets, with the release in it as Dockerfile puts it there. */
function cleanRoot(archive: string): string {
  console.error('a clean root …')
  const root = newFolder('root')
  // Newer versions of Node.js want one library more than there is in the smallest Debian.
  command('debootstrap', ['--variant=minbase', '--include=libatomic1', 'bookworm', root])
  // It is a folder of ours alone, until it is everybody's root.
  chmodSync(root, 0o755)
  // As every engine for containers writes it.
  writeFileSync(path.join(root, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n')
  cpSync(archive, path.join(root, 'tmp/latchkey.tar.gz'))
  cpSync('deploy/image.sh', path.join(root, 'tmp/image.sh'))
  command('chroot', [root, 'sh', '/tmp/image.sh', '/tmp/latchkey.tar.gz'])
  return root
}

/** Puts a Node.js out of the package registry into the root, and no npm. */
function putNode(root: string, version: string): void {
  const folder = newFolder(`node-${version}`)
  const name = `node-linux-${process.arch}`
  command('npm', [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    `${name}@${version}`,
  ])
  cpSync(path.join(folder, 'node_modules', name, 'bin/node'), path.join(root, 'usr/local/bin/node'))
}

type Run = {
  what: string
  /** The one of playwright.config.ts whose story is told; without it nothing is but that it starts */
  project?: string
  volume?: string
}

/** Runs the part in a network of its own, which leads nowhere. @returns what it found */
async function inside(
  root: string,
  kind: string,
  { what, project = '', volume = newFolder('volume') }: Run,
): Promise<object> {
  console.error(`${what} on ${kind} …`)
  const child = spawn(
    'unshare',
    ['--net', process.execPath, '--import', 'tsx', part, root, volume, kind, what, project],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`The ${what} on ${kind} failed: see above.`)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '')
}

/** @throws with all that it has said, for one that fails */
function command(program: string, args: string[], options: { cwd?: string } = {}): string {
  const { NODE_ENV: _, ...env } = process.env
  return execFileSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: env as NodeJS.ProcessEnv,
    ...options,
  })
}

const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
