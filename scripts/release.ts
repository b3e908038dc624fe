// `npm run release`: makes the archive that runs without network, its bill of materials, and their checksums.
// See docs/decisions/025-a-release.md.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StartRefused } from '@/lib/start-refused'
import { version } from '@/lib/version'
import { checksums, pack, unfold } from '@/release/archive'
import { contentsOf } from '@/release/files'
import { licences } from '@/release/licences'
import { billOfMaterials, type Lock } from '@/release/materials'
import { addNatives } from '@/release/natives'
import { mostBytes, tableOf } from '@/release/sizes'
import { buildIfStale } from './prepare.mjs'

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()

if (git('status', '--porcelain') !== '')
  throw new StartRefused('A release is made from a commit: commit what you have changed, or put it aside.')
const at = new Date(Number(git('log', '-1', '--format=%ct')) * 1_000)

const name = `latchkey-${version}`
const [archive, materials, sums] = [`${name}.tar.gz`, `${name}.cdx.json`, 'SHA256SUMS'].map(file =>
  path.resolve('dist', file),
)
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')

// What an earlier build has left in its cache has no say.
rmSync('.next', { recursive: true, force: true })
buildIfStale()

console.error('Collecting …')
const lock = (JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Lock }).packages
const { files, packages } = await contentsOf(version, lock)
const all = [
  ...new Set([...packages, ...(await addNatives(files, lock, path.resolve('dist/natives')))]),
].sort()
files.set('THIRD-PARTY-LICENSES', { text: licences(all, lock) })

const folder = path.resolve('dist', name)
const sizes = unfold(files, folder)
writeFileSync(materials!, `${JSON.stringify(billOfMaterials(version, at, all, lock), null, 2)}\n`)
await pack(folder, sizes.keys(), at, archive!)
writeFileSync(sums!, checksums([archive!, materials!]))
for (const made of ['dist/natives', folder]) rmSync(made, { recursive: true })

console.log(tableOf(sizes))
const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
if (bytes > mostBytes)
  throw new StartRefused(`This release is larger than ${mostBytes / 1e6} MB: see the table.`)
console.log(`\n${readFileSync(sums!, 'utf8')}`)
