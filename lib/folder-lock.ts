import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { log } from './log'
import { StartRefused } from './start-refused'

/** A holder shows every so often that it lives, and is taken for dead after so many times without a sign. */
const beatMilliseconds = 2_000
const beatsUntilDead = 6

type Holder = { processId: number; began: string; place: string }

/**
 * Takes a folder for this process. An embedded database has one owner at a time; a second one would
 * destroy it. The lock of a process that is gone (also by SIGKILL) is taken over: at once where its number
 * tells, and where it does not, since the holder is in another container or on another machine, after a time
 * without a sign of life.
 * @returns a function that gives the folder back
 * @throws StartRefused
 */
export async function lockFolder(folder: string, beat = beatMilliseconds): Promise<() => void> {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'lock')
  const mine = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
  const content = `${process.pid} ${beganAt(process.pid)} ${place()}`
  // Written first and then linked, so that nobody ever reads a lock that does not say yet whose it is.
  writeFileSync(mine, content, { mode: 0o600 })
  try {
    while (!linked(mine, file)) {
      const found = read(file)
      const holder = holderIn(found)
      if (holder && (await alive(holder, file, found, beat)))
        throw new StartRefused(
          `The database in ${folder} is in use by another Latchkey (process ${holder.processId}${holder.place === place() || !holder.place ? '' : ' in another container or on another machine'}): stop that one, or set DATA_DIR to another folder.`,
        )
      clear(file, found)
    }
  } finally {
    rmSync(mine, { force: true })
  }
  const heart = startHeart(file, content, folder, beat)
  return () => {
    void heart.terminate()
    if (read(file) === content) rmSync(file, { force: true })
  }
}

function holderIn(content: string): Holder | null {
  const [processId = '', began = '', where = ''] = content.split(' ')
  return Number(processId) > 0 ? { processId: Number(processId), began, place: where } : null
}

async function alive(holder: Holder, file: string, content: string, beat: number): Promise<boolean> {
  // A lock without a place is of a version that knew processes of its own machine only.
  if (holder.place === place() || holder.place === '') return runs(holder)
  log.info(
    { file, seconds: Math.ceil((beat * beatsUntilDead) / 1_000) },
    'the folder is locked from another container or machine: waiting for a sign of life',
  )
  // Its clock may not be ours, so no times are compared: what counts is whether the time changes.
  const before = beatenAt(file)
  for (let waited = 0; waited < beat * beatsUntilDead; waited += beat / 2) {
    await setTimeout(beat / 2)
    if (read(file) !== content) return false // given back, or somebody was quicker: look again
    if (beatenAt(file) !== before) return true
  }
  return false
}

const runs = ({ processId, began }: Holder): boolean => isRunning(processId) && began === beganAt(processId)

/** Whether a process of this machine has such an id; one of somebody else's counts. */
export function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** When a process began, where the system tells (Linux): a process id alone may have been given anew. */
function beganAt(processId: number): string {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Where process ids mean the same as here: on this machine since it was started, in this container. */
function place(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return encodeURIComponent(hostname())
  }
}

/** When the holder of a lock last gave a sign. Opened for it: a network's file system looks nowhere else. */
function beatenAt(file: string): number {
  try {
    const handle = openSync(file, 'r')
    try {
      return fstatSync(handle).mtimeMs
    } finally {
      closeSync(handle)
    }
  } catch {
    return 0
  }
}

/**
 * Gives signs of life from a thread of its own, since a long statement of the embedded database holds up everything
 * else. When the lock has become another's, because this process was stopped for a while, it ends at once: two
 * that write would destroy the database.
 */
function startHeart(file: string, content: string, folder: string, beat: number): Worker {
  const heart = new Worker(beating, {
    eval: true,
    workerData: { file, content, folder, beat },
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  })
  heart.unref()
  heart.on('error', error =>
    log.error({ error: String(error) }, 'the lock of the folder cannot be kept fresh'),
  )
  return heart
}

const beating = `
const { readFileSync, utimesSync, writeSync } = require('node:fs')
const { file, content, folder, beat } = require('node:worker_threads').workerData
setInterval(() => {
  let found = ''
  try {
    found = readFileSync(file, 'utf8')
    if (found === content) return utimesSync(file, new Date(), new Date())
  } catch (error) {
    if (error.code !== 'ENOENT') return
  }
  writeSync(2, 'The database in ' + folder + ' was taken over by another Latchkey while this one stood still: it ends, so that they do not both write.\\n')
  process.kill(process.pid, 'SIGKILL')
}, beat)`

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
