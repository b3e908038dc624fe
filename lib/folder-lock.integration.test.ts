import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { lockFolder } from './folder-lock'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Another process that wants the folder. @returns what it says to that */
async function other() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/testing/lock-process.ts', folder])
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

describe('the folder of an embedded database', () => {
  it('has one owner at a time; a second process is told so in one sentence', async () => {
    const release = lockFolder(folder)
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
    expect(() => lockFolder(folder)).toThrow(`(process ${first.child.pid})`)
    first.child.kill('SIGKILL')
    await first.ended
    expect(existsSync(path.join(folder, 'lock'))).toBe(true)
    lockFolder(folder)()
  })

  it('is not held by a process that only has the same number', () => {
    writeFileSync(path.join(folder, 'lock'), `${process.pid} 1`)
    lockFolder(folder)()
  })

  it('goes to exactly one of several that start at once, also after a crash', async () => {
    writeFileSync(path.join(folder, 'lock'), '4194304 1')
    const answers = await Promise.all([other(), other(), other(), other()])
    expect(answers.filter(({ said }) => said === 'holds it')).toHaveLength(1)
  })
})
