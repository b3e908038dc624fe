import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { setEnv } from '@/lib/env'
import { holdKeyring, Keyring, keyring } from '@/lib/keyring'
import { testKeys, useTestDatabase } from '@/lib/testing/database'
import { loadKeyring } from './boot'

const test = useTestDatabase()
const [, material] = Keyring.generate().trim().split(':')
const known = () => db().keyringKey.findMany({ orderBy: { id: 'asc' } })
const load = (appKeys: string | null) => {
  setEnv({ appKeys })
  return loadKeyring(test.database)
}
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'latchkey-keys-'))
  setEnv({ dataDir })
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
  holdKeyring(Keyring.parse(testKeys))
})

describe('the keys of an installation', () => {
  it('are taken note of at the first start, without being told to the database', async () => {
    await load(testKeys)
    const rows = await known()
    expect(rows.map(({ id }) => id)).toEqual(['k1'])
    expect(JSON.stringify(rows)).not.toContain(testKeys.split(':')[1])
  })

  it('must be the same ever after', async () => {
    await load(testKeys)
    const before = await known()
    await expect(load(`k1:${material}`)).rejects.toThrow(
      /^The key "k1" is not the one this database was used with: .* Nothing was changed\.$/,
    )
    await expect(load(`k2:${material}`)).rejects.toThrow(
      /^The key "k1", .* is missing: .* Nothing was changed\.$/,
    )
    expect(await known()).toEqual(before)
  })

  it('may become more, with the newest first', async () => {
    await load(testKeys)
    await load(`k2:${material},${testKeys}`)
    expect(keyring().newestId).toBe('k2')
    expect((await known()).map(({ id }) => id)).toEqual(['k1', 'k2'])
  })

  it('are made in a file for its owner alone, and never made anew', async () => {
    const file = path.join(dataDir, 'keys')
    await load(null)
    const made = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await load(null)
    expect(readFileSync(file, 'utf8')).toBe(made)
    rmSync(file)
    await expect(load(null)).rejects.toThrow(
      /^The keys of this database are missing: .* Nothing was changed\.$/,
    )
    expect(existsSync(file)).toBe(false)
  })
})
