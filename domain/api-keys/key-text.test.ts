import fc from 'fast-check'
import { expect, test } from 'vitest'
import { demoKey, hintOf, isKeyText, newKeyText } from './key-text'

test('a key is known by its form, and one sign that is wrong by its end', () => {
  fc.assert(
    fc.property(fc.nat(45), fc.constantFrom(...'0aZ9_-.é '), (place, sign) => {
      const key = newKeyText()
      expect(key).toMatch(/^lk_[\dA-Za-z]{46}$/)
      expect(isKeyText(key)).toBe(true)
      expect(key.endsWith(hintOf(key))).toBe(true)
      const wrong = `${key.slice(0, 3 + place)}${sign}${key.slice(4 + place)}`
      expect(isKeyText(wrong)).toBe(wrong === key)
    }),
  )
  expect(new Set(Array.from({ length: 100 }, newKeyText)).size).toBe(100)
})

test('the key of the demo is the one that the documentation names', () => {
  expect(isKeyText(demoKey)).toBe(true)
  expect(demoKey).toBe('lk_demodemodemodemodemodemodemodemodemodemo3dtovc')
})
