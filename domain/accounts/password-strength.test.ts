import { describe, expect, it } from 'vitest'
import { weaknessOf } from './password-strength'

const anna = ['Anna', 'Müller-Example', 'anna.mueller@acme.example.org', 'Acme Accounts']

describe('a password', () => {
  it.each([
    'password',
    'password1',
    '12345678',
    'PASSWORD',
    'p@ssword',
    'qwertyui',
    'abcdefgh',
    'aaaaaaaa',
    'asdfghjkl',
    'iloveyou2',
    'passwort',
    'drowssap',
  ])('that everybody tries is refused: %s', async password => {
    expect(await weaknessOf(password, anna)).toBe('password-common')
  })

  it.each(['annaexample', 'anna1985', 'Mueller.Anna', 'AnnaAcme', 'acmeacme', 'accounts1'])(
    'that is made of its owner’s name, address or site is refused: %s',
    async password => {
      expect(await weaknessOf(password, anna)).toBe('password-guessable')
      expect(await weaknessOf(`${password} and a dozen other words`, anna)).toBeNull()
    },
  )

  it.each([
    'three quiet words',
    'correct horse battery staple',
    'x7#kq9Lm',
    'Hafenkran & Möwe',
    '見えない鍵を探す',
    'anna buys forty lamps',
  ])('that is long, or of no order, is taken: %s', async password => {
    expect(await weaknessOf(password, anna)).toBeNull()
  })

  it('may be as long as one likes: only its beginning is looked at', async () => {
    expect(await weaknessOf(`${'p4$$w0rd'.repeat(8)}and much more`, [])).toBe('password-common')
  })
})
