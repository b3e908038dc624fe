import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
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
  for (;;) {
    try {
      const descriptor = openSync(file, 'wx', 0o600)
      writeSync(descriptor, `${process.pid} ${beganAt(process.pid)}`)
      closeSync(descriptor)
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const [processId = '', began = ''] = readFileSync(file, 'utf8').split(' ')
    if (Number(processId) > 0 && alive(Number(processId), began))
      throw new StartRefused(
        `The database in ${folder} is in use by another Latchkey (process ${processId}): stop that one, or set DATA_DIR to another folder.`,
      )
    rmSync(file, { force: true })
  }
}
