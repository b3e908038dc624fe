// The parts of a release that are machine code: of every platform it is for, wherever it is made.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { extract } from 'tar'
import { StartRefused } from '@/lib/start-refused'
import type { Contents } from './files'
import type { Lock } from './materials'

/** What a release runs on. Machines with glibc (`gnu`) and with musl, such as Alpine's, are two platforms. */
const platforms = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
]
const packageOn = (platform: string) => `node_modules/@node-rs/argon2-${platform}`

/**
 * Adds password hashing for all platforms. What is not installed here comes from the package registry, and is what the
 * lock file says, or the release is not made.
 * @param folder where what was fetched is kept until the release is packed
 * @returns the packages that were added
 */
export async function addNatives(files: Contents, lock: Lock, folder: string): Promise<string[]> {
  const keys = platforms.map(packageOn)
  for (const key of keys) {
    const place = path.join(folder, key)
    mkdirSync(place, { recursive: true })
    const { version = '', integrity = '' } = lock[key] ?? {}
    await fetchPackage(`${key.replace('node_modules/', '')}@${version}`, integrity, place)
    for (const name of readdirSync(place))
      if (/\.node$|^package\.json$/.test(name)) files.set(`${key}/${name}`, { from: path.join(place, name) })
  }
  return keys
}

async function fetchPackage(what: string, integrity: string, place: string): Promise<void> {
  const drop = mkdtempSync(path.join(tmpdir(), 'latchkey-package-'))
  try {
    const { status, stderr } = spawnSync('npm', ['pack', what, '--pack-destination', drop], {
      encoding: 'utf8',
    })
    const [name] = readdirSync(drop)
    if (status !== 0 || !name)
      throw new StartRefused(`${what} could not be fetched from the package registry.\n${stderr}`)
    const file = path.join(drop, name)
    const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`
    if (found !== integrity)
      throw new StartRefused(`${what} of the package registry is not the one in package-lock.json.`)
    await extract({ file, cwd: place, strip: 1 })
  } finally {
    rmSync(drop, { recursive: true, force: true })
  }
}
