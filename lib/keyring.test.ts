import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Keyring, KeyringError } from './keyring'

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const place = 'MailServerVersion.sealedPassword:1'

describe('a sealed secret', () => {
  const ring = Keyring.parse(key('k1'))

  it('opens again, whatever it says and wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, where) => {
        expect(ring.open(ring.seal(plain, where), where)).toBe(plain)
      }),
    )
  })

  it('is another text each time, and does not contain what it hides', () => {
    const sealed = ring.seal('hunter2', place)
    expect(ring.seal('hunter2', place)).not.toBe(sealed)
    expect(sealed).not.toContain('hunter2')
    expect(sealed).not.toContain(Buffer.from('hunter2').toString('base64'))
  })

  it.each([
    ['another row', 'MailServerVersion.sealedPassword:2'],
    ['another column', 'MailServerVersion.sealedProxyPassword:1'],
  ])('does not open in %s', (_what, elsewhere) => {
    const sealed = ring.seal('hunter2', place)
    expect(() => ring.open(sealed, elsewhere)).toThrow(KeyringError)
  })

  it('does not open after any of its bytes was changed', () => {
    const [id, encoded = ''] = ring.seal('hunter2', place).split(':')
    const bytes = Buffer.from(encoded, 'base64')
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => ring.open(`${id}:${changed.toString('base64')}`, place)).toThrow(KeyringError)
    }
  })

  it.each(['', 'k1:', 'k1:AAAA', 'nonsense', 'k9:AAAA'])('that is %j is refused with a sentence', sealed => {
    expect(() => ring.open(sealed, place)).toThrow(KeyringError)
  })
})

describe('a rotation', () => {
  const [older, newer] = [key('k1'), key('k2')]
  const before = Keyring.parse(older)
  const after = Keyring.parse(`${newer},${older}`)

  it('still opens what the older key sealed, and seals with the newest', () => {
    expect(after.open(before.seal('hunter2', place), place)).toBe('hunter2')
    const sealed = after.seal('hunter2', place)
    expect(sealed).toMatch(/^k2:/)
    expect(() => before.open(sealed, place)).toThrow('The key "k2" is not in APP_KEYS.')
  })

  it('keeps every link that was mailed', () => {
    expect(after.linkToken('k1', 'row')).toBe(before.linkToken('k1', 'row'))
    expect(after.linkToken('k2', 'row')).not.toBe(before.linkToken('k1', 'row'))
  })

  it('signs nobody out', () => {
    expect(after.sessionSecrets).toEqual([expect.any(String), ...before.sessionSecrets])
  })
})

describe('a list of keys', () => {
  it.each([
    ['', 'there is no key'],
    [' , ', 'there is no key'],
    ['k1', 'entry 1 is not a key'],
    ['k1:c2hvcnQ=', 'entry 1 is not a key'],
    [`${key('k1')},k2:c2hvcnQ=`, 'entry 2 is not a key'],
    [`${key('k1')} ${key('k1')}`, 'two keys have the same id'],
    [`k 1:${randomBytes(32).toString('base64')}`, 'entry 1 is not a key'],
  ])('%j is refused, and no key is repeated', (list, says) => {
    expect(() => Keyring.parse(list)).toThrow(says)
    expect(() => Keyring.parse(list)).toThrow(/^APP_KEYS/)
    expect(() => Keyring.parse(list)).not.toThrow('c2hvcnQ')
  })

  it('may be separated by commas, spaces and line ends', () => {
    expect(Keyring.parse(`\n${key('k3')},${key('k2')}\r\n ${key('k1')}\n`).ids).toEqual(['k3', 'k2', 'k1'])
  })

  it('that is generated can be read', () => {
    expect(Keyring.parse(Keyring.generate()).ids).toHaveLength(1)
  })
})
