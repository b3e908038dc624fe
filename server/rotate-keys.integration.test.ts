import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { administrator } from '@/domain/accounts/testing/people'
import { acceptKeyring } from '@/domain/keys/known-keys'
import { activeVersion, connectMailServer } from '@/domain/mail-server/testing/settings'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring, keyring } from '@/lib/keyring'
import { dump, testKeys, useTestDatabase } from '@/lib/testing/database'
import { loadKeyring } from './boot'
import { runCommand } from './commands'

const test = useTestDatabase()
const minute = 60_000
const week = 7 * 24 * 60 * minute
let dataDir: string
const file = () => path.join(dataDir, 'keys')
const idsInFile = () => Keyring.parse(readFileSync(file(), 'utf8')).ids
const known = async () => (await db().keyringKey.findMany()).map(({ id }) => id)
const load = (appKeys: string | null) => {
  setEnv({ appKeys, dataDir })
  return loadKeyring(test.database)
}
const rotate = () => runCommand('rotate-keys', [])
const password = async () => (await activeVersion())?.secrets.password

/** An installation with a secret, under the keys it is started with. */
async function install(appKeys: string | null) {
  await load(appKeys)
  await connectMailServer(
    await administrator(),
    { host: '127.0.0.1', port: 1 },
    { authentication: 'password', encryption: 'implicit-tls', username: 'anna' },
    { password: 'of the server' },
  )
}

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-keys-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
  setEnv({ appKeys: null, dataDir: '.data' })
  holdKeyring(Keyring.parse(testKeys))
})

describe('with the generated file, a rotation', () => {
  it('makes a new key, and removes the old one once nobody can need it', async () => {
    await install(null)
    const [old] = idsInFile()
    expect(await rotate()).toMatchObject({ failed: false })
    const [fresh, ...older] = idsInFile()
    expect(older).toEqual([old])
    expect(fresh).not.toBe(old)
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect(keyring().newestId).toBe(fresh)
    expect(await dump()).not.toContain(`"${old}:`)
    expect(await known()).toEqual(expect.arrayContaining([old, fresh]))

    // Now the database has no more need of it, but a session's cookie has.
    setClockAhead(2 * minute)
    expect((await rotate()).lines.join()).toContain(`"${old}" stays in the file until`)
    expect(idsInFile()).toEqual([fresh, old])
    expect(await known()).toEqual([fresh])

    setClockAhead(week + minute)
    expect((await rotate()).lines.join()).toContain(`"${old}" was no longer needed, and is removed.`)
    expect(idsInFile()).toEqual([fresh])
    expect(keyring().ids).toEqual([fresh])
    await load(null)
    expect(await password()).toBe('of the server')
    expect(readdirSync(dataDir)).toEqual(['keys'])

    expect(await rotate()).toMatchObject({ failed: false })
    expect(idsInFile()).toEqual([expect.any(String), fresh])
  })

  it('that ended after the new key was stored is finished by the next', async () => {
    await install(null)
    const before = readFileSync(file(), 'utf8')
    writeFileSync(file(), Keyring.generate().replace(/^\w+/, 'fresh') + before)
    expect(await rotate()).toMatchObject({ failed: false })
    expect(idsInFile()).toEqual(['fresh', ...Keyring.parse(before).ids])
    expect(await dump()).not.toContain(`"${Keyring.parse(before).newestId}:`)
    expect(await password()).toBe('of the server')
  })

  it('that ended before anything was sealed again is finished by the next', async () => {
    await install(null)
    const old = readFileSync(file(), 'utf8')
    const list = Keyring.generate().replace(/^\w+/, 'fresh') + old
    writeFileSync(file(), list)
    await acceptKeyring(db(), Keyring.parse(list))
    await load(null)
    expect(await password()).toBe('of the server')
    await rotate()
    expect(idsInFile()).toHaveLength(2)
    expect(await dump()).not.toContain(`"${Keyring.parse(old).newestId}:`)
  })

  it('that ended before the old key was removed is finished by the next', async () => {
    await install(null)
    await rotate()
    const both = readFileSync(file(), 'utf8')
    setClockAhead(week + minute)
    await rotate()
    writeFileSync(file(), both)
    await load(null)
    expect(await known()).toHaveLength(1)
    await rotate()
    expect(idsInFile()).toHaveLength(1)
    expect(await password()).toBe('of the server')
  })

  it('is not begun with the wrong file', async () => {
    await install(null)
    const [id] = idsInFile()
    const wrong = Keyring.generate().replace(/^\w+/, id!)
    writeFileSync(file(), wrong)
    const answer = await rotate()
    expect(answer.failed).toBe(true)
    expect(answer.lines[0]).toContain('is not the one this database was used with')
    expect(readFileSync(file(), 'utf8')).toBe(wrong)
    expect(await known()).toEqual([id])
  })
})

describe('with APP_KEYS, a rotation', () => {
  const newKey = Keyring.generate().replace(/^\w+/, 'k2').trim()

  it('says when the old key can be taken out, and so it can', async () => {
    await install(testKeys)
    await load(`${newKey},${testKeys}`)
    expect((await rotate()).lines.join()).toContain('"k1" is needed until')
    setClockAhead(2 * minute)
    expect((await rotate()).lines.join()).toContain('"k1" is no longer needed: take it out of APP_KEYS')
    await load(`${newKey},${testKeys}`)
    await load(newKey)
    expect(await password()).toBe('of the server')
    expect((await rotate()).lines.join()).toContain('There is no older key in APP_KEYS.')
    expect(readdirSync(dataDir)).toEqual([])
  })
})
