// A file that only a passphrase opens: the age format (age-encryption.org/v1), which other programs read too, around gzip.
import { createReadStream, createWriteStream } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createGunzip, createGzip } from 'node:zlib'
import { Decrypter, Encrypter } from 'age-encryption'
import { isRunning } from './folder-lock'
import { StartRefused } from './start-refused'

const magic = 'age-encryption.org/v1'

/** What a guess at a passphrase costs: 2 to the power of this, about a second and 256 MB. The usual one of age. */
let workFactor = 18

/** For tests, where nobody guesses. */
export function setWorkFactor(factor: number): void {
  workFactor = factor
}

/**
 * Writes a file readable by its owner alone, beside the one in whose place it then comes: what was there before is
 * replaced by a whole one or stays.
 * @param check reads what was written once more; when it refuses, nothing is replaced
 * @returns its size in bytes
 * @throws StartRefused where the file cannot be written, or something other than such a file has its name
 */
export async function writeSealed(
  file: string,
  passphrase: string,
  content: AsyncIterable<Uint8Array>,
  check: (content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<number> {
  try {
    await refuseOther(file)
    await removeDrafts(file)
    const draft = `${file}.${process.pid}.draft`
    try {
      await pipeline(
        Readable.fromWeb(await encrypted(passphrase, content)),
        createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
      )
      await check(readSealed(draft, passphrase))
      await rename(draft, file)
    } finally {
      await rm(draft, { force: true })
    }
    await flushFolder(path.dirname(file))
    return (await stat(file)).size
  } catch (error) {
    throw asSentence(error, file, 'written')
  }
}

/**
 * Reads such a file.
 * @throws StartRefused for another passphrase, another kind of file, or one that is damaged or cut off
 */
export async function* readSealed(file: string, passphrase: string): AsyncIterable<Uint8Array> {
  const read = createReadStream(file, { highWaterMark: 256 * 1024 })
  const gunzip = createGunzip()
  try {
    const decrypter = new Decrypter()
    decrypter.addPassphrase(passphrase)
    const plain = await decrypter.decrypt(Readable.toWeb(read) as AgeStream)
    letGo()
    const unpacking = pipeline(Readable.fromWeb(plain as ReadableStream), gunzip)
    // Its failure is that of reading what it gives.
    unpacking.catch(() => {})
    yield* gunzip
    await unpacking
  } catch (error) {
    throw asSentence(error, file, 'read')
  } finally {
    read.destroy()
    gunzip.destroy()
  }
}

/** As the library has it: the type of browsers. */
type AgeStream = Parameters<Encrypter['encrypt']>[0] & globalThis.ReadableStream<Uint8Array>

async function encrypted(passphrase: string, content: AsyncIterable<Uint8Array>): Promise<ReadableStream> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  encrypter.setScryptWorkFactor(workFactor)
  const gzip = createGzip({ level: 6, chunkSize: 256 * 1024 })
  const packing = pipeline(content, gzip)
  packing.catch(error => gzip.destroy(error as Error))
  const sealed = await encrypter.encrypt(Readable.toWeb(gzip) as AgeStream)
  letGo()
  return sealed as unknown as ReadableStream
}

/**
 * What the passphrase has cost is garbage now, and counts for little with the collector, though it is 256 MB: without a word
 * it would still be there when the next passphrase costs as much.
 */
function letGo(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/** A name that was mistyped costs nobody another file. */
async function refuseOther(file: string): Promise<void> {
  const handle = await open(file, 'r').catch(error => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!handle) return
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    if (buffer.toString() !== magic)
      throw new StartRefused(`${file} is there already, and is not a backup: choose another name.`)
  } finally {
    await handle.close()
  }
}

/** What was left when a process was killed while it wrote. */
async function removeDrafts(file: string): Promise<void> {
  const folder = path.dirname(file)
  for (const name of await readdir(folder)) {
    const [, processId] = name.startsWith(path.basename(file)) ? (/\.(\d+)\.draft$/.exec(name) ?? []) : []
    const left = processId && (Number(processId) === process.pid || !isRunning(Number(processId)))
    if (left) await rm(path.join(folder, name), { force: true })
  }
}

/** The name is safe only once the folder is; Windows cannot open one. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'the permission is missing',
  EPERM: 'the permission is missing',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it lies in no folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EROFS: 'the file system can only be read',
  EFBIG: 'it is too large for the file system',
}

/** What an operator can mend, in words; anything else as it is. */
function asSentence(error: unknown, file: string, deed: 'read' | 'written'): unknown {
  const { code = '', message = '', name } = error as NodeJS.ErrnoException
  if (name === 'StartRefused') return error
  if (reasons[code]) return new StartRefused(`${file} cannot be ${deed}: ${reasons[code]}.`)
  if (deed === 'written') return error
  if (message.includes('no identity matched'))
    return new StartRefused('The passphrase is not the one of this backup.')
  if (message.includes('invalid version')) return new StartRefused(`${file} is not a backup of Latchkey.`)
  return new StartRefused(`${file} is damaged or cut off: take another backup. Nothing was changed.`)
}
