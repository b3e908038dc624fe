// The file in DATA_DIR with the keys of an installation that has no APP_KEYS. It is replaced as a whole or
// not at all: half a key would make everything sealed unreadable.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

const fileIn = (dataDir: string) => path.join(dataDir, 'keys')

/** The list of keys as `Keyring.parse` reads it, or null if there is none. */
export function readKeysFile(dataDir: string): string | null {
  const file = fileIn(dataDir)
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

/** Puts a list of keys in the place of the one before, readable by its owner alone; it survives a power cut. */
export function writeKeysFile(dataDir: string, list: string): void {
  mkdirSync(dataDir, { recursive: true })
  const file = fileIn(dataDir)
  const beside = `${file}.new`
  const handle = openSync(beside, 'w', 0o600)
  try {
    writeSync(handle, list)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(beside, file)
  // The name is safe only once the folder is; Windows cannot open one.
  if (process.platform === 'win32') return
  const folder = openSync(dataDir, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
