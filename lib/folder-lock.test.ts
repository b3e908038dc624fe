import { execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { lockFolder } from './folder-lock'
import { until } from './testing/until'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Quick, so that a test need not wait for the death of another. */
const beat = 100

/** Another process that wants the folder. @returns what it says to that */
async function other() {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'lib/testing/lock-process.ts', folder, String(beat)],
    { env: { ...process.env, LOG_LEVEL: 'silent' } },
  )
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const said = await new Promise<string>(resolve =>
    child.stdout.once('data', chunk => resolve(String(chunk).trim())),
  )
  return { child, ended, said }
}

// Other processes take part, which have to be started.
describe('the folder of an embedded database', { timeout: 60_000 }, () => {
  it('has one owner at a time; a second process is told so in one sentence', async () => {
    const release = await lockFolder(folder)
    const second = await other()
    expect(second.said).toBe(
      `The database in ${folder} is in use by another Latchkey (process ${process.pid}): stop that one, or set DATA_DIR to another folder.`,
    )
    expect(await second.ended).toBe(1)
    release()
    expect((await other()).said).toBe('holds it')
  })

  it('is taken over from a process that was killed', async () => {
    const first = await other()
    await expect(lockFolder(folder)).rejects.toThrow(`(process ${first.child.pid})`)
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(path.join(folder, 'lock'))).toBe(true)
    ;(await lockFolder(folder))()
  })

  it('is not held by a process that only has the same number', async () => {
    writeFileSync(path.join(folder, 'lock'), `${process.pid} 1`)
    ;(await lockFolder(folder))()
  })

  it('goes to exactly one of several that start at once, also after a crash', async () => {
    writeFileSync(path.join(folder, 'lock'), '4194304 1')
    const answers = await Promise.all([other(), other(), other(), other()])
    expect(answers.filter(({ said }) => said === 'holds it')).toHaveLength(1)
  })

  it('stays with a holder in another container or on another machine as long as it gives signs of life', async () => {
    const file = path.join(folder, 'lock')
    writeFileSync(file, `1 1 ${randomUUID()}/pid:[4026532000]`)
    let beats = 0
    const holder = setInterval(() => utimesSync(file, 1_000 + beats, 1_000 + beats++), beat)
    onTestFinished(() => clearInterval(holder))
    await expect(lockFolder(folder, beat)).rejects.toThrow(
      /is in use by another Latchkey \(process 1 in another container or on another machine\): stop that one/,
    )
    clearInterval(holder)
    ;(await lockFolder(folder, beat))()
  })

  it('goes to exactly one of several that wait for the same dead holder elsewhere', async () => {
    writeFileSync(path.join(folder, 'lock'), `1 1 ${randomUUID()}/pid:[4026532000]`)
    const answers = await Promise.all([other(), other(), other()])
    expect(answers.filter(({ said }) => said === 'holds it')).toHaveLength(1)
  })

  it('shows signs of life also while its process is busy', async () => {
    const release = await lockFolder(folder, beat)
    const file = path.join(folder, 'lock')
    const before = statSync(file).mtimeMs
    // Nothing else runs in this process meanwhile.
    await until(() => {
      execFileSync(process.execPath, ['-e', 'setTimeout(() => {}, 150)'])
      return statSync(file).mtimeMs > before
    })
    release()
  })

  it('ends the process that has lost it, before that can write again', async () => {
    const first = await other()
    writeFileSync(path.join(folder, 'lock'), `1 1 ${randomUUID()}/pid:[4026532000]`)
    let words = ''
    first.child.stderr.on('data', chunk => {
      words += chunk
    })
    await first.ended
    expect(first.child.signalCode).toBe('SIGKILL')
    expect(words).toContain('was taken over by another Latchkey while this one stood still')
  })
})
