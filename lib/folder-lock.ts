import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { StartRefused } from './start-refused'

/** When a process began, where the system tells (Linux): a process id alone may have been given anew. */
function beganAt(processId: number): string {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

function alive(processId: number, began: string): boolean {
  try {
    process.kill(processId, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return began === beganAt(processId)
}

/**
 * Takes a folder for this process. An embedded database has one owner at a time; a second one would
 * destroy it. The lock of a process that is gone (also by SIGKILL) is taken over.
 * @returns a function that gives the folder back
 * @throws StartRefused
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'lock')
  const mine = `${file}.${process.pid}`
  const content = `${process.pid} ${beganAt(process.pid)}`
  // Written first and then linked, so that nobody ever reads a lock that does not say yet whose it is.
  writeFileSync(mine, content, { mode: 0o600 })
  try {
    while (!linked(mine, file)) {
      const found = read(file)
      const [processId = '', began = ''] = found.split(' ')
      if (Number(processId) > 0 && alive(Number(processId), began))
        throw new StartRefused(
          `The database in ${folder} is in use by another Latchkey (process ${processId}): stop that one, or set DATA_DIR to another folder.`,
        )
      clear(file, found)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  return () => {
    if (read(file) === content) rmSync(file, { force: true })
  }
}

/** Gives a file a second name, unless somebody has that name. Where no file can have two, it is copied. */
function linked(from: string, to: string): boolean {
  for (const give of [linkSync, copyAnew]) {
    try {
      give(from, to)
      return true
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return false
      if (give === copyAnew || !['EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'].includes(code)) throw error
    }
  }
  return false
}

const copyAnew = (from: string, to: string) => copyFileSync(from, to, constants.COPYFILE_EXCL)

/** What a lock says; nothing if it is gone meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/**
 * Removes the lock of a dead process. Another may do the same at this moment and have taken the folder
 * already: so it is set aside first, and put back when it turns out to be a new one.
 */
function clear(file: string, dead: string): void {
  const aside = `${file}.${process.pid}.old`
  try {
    renameSync(file, aside)
  } catch {
    return // somebody was quicker
  }
  if (read(aside) !== dead) linked(aside, file)
  rmSync(aside, { force: true })
}
