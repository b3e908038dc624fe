// An archive that is the same, byte for byte, whenever and by whomever it is made from the same files.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { create } from 'tar'
import type { Contents } from './files'

/**
 * Puts the files into a folder. Only what is a program may be run, whatever the rights were where it came from.
 * @returns how many bytes each has
 */
export function unfold(files: Contents, folder: string): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const [name, content] of files) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    if ('text' in content) writeFileSync(file, content.text)
    else if (lstatSync(content.from).isSymbolicLink()) symlinkSync(readlinkSync(content.from), file)
    else copyFileSync(content.from, file)
    const stat = lstatSync(file)
    if (!stat.isSymbolicLink()) chmodSync(file, /^bin\/|\.sh$/.test(name) ? 0o755 : 0o644)
    sizes.set(name, stat.size)
  }
  return sizes
}

/**
 * Packs these files of a folder: in order of their names, of one time, of nobody, with the rights that they have.
 * The same zlib packs the same bytes, so two versions of Node may differ in the outer file, never in what is inside.
 */
export async function pack(folder: string, names: Iterable<string>, at: Date, file: string): Promise<void> {
  const sorted = [...names]
    .sort((one, other) => (one < other ? -1 : 1))
    .map(name => `${path.basename(folder)}/${name}`)
  await create({ cwd: path.dirname(folder), file, gzip: { level: 9 }, portable: true, mtime: at }, sorted)
}

/** A line for each file as `sha256sum --check` reads it. */
export const checksums = (files: string[]): string =>
  files
    .map(file => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${path.basename(file)}\n`)
    .join('')
