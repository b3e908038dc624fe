import { describe, expect, it } from 'vitest'
import { nameField, requiredNameField } from './name-field'

const refusal = (name: string, field: typeof nameField | typeof requiredNameField = nameField) =>
  field.safeParse(name).error?.issues[0]?.message

describe('a name', () => {
  it.each([
    ['Anna', 'Anna'],
    ['  Anna Maria ', 'Anna Maria'],
    ['O’Brien-Müller, Dr.', 'O’Brien-Müller, Dr.'],
    ['Mu\u0308ller', 'Müller'],
    ['\u202eannA', 'annA'],
    ['A\u200bnna\ufeff', 'Anna'],
    ['\u2067Dana\u2069', 'Dana'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩‍🚀', '👩‍🚀'],
    ['\u200b\u2060\u3164', ''],
    ['\u200d', ''],
    ['Acme\u{e0061}\u034f', 'Acme'],
    ['', ''],
  ])('%j is %j', (typed, name) => {
    expect(nameField.parse(typed)).toBe(name)
  })

  it.each([
    ['Win at https://evil.example now', 'name-link'],
    ['a://b', 'name-link'],
    ['http:\ufe0f//evil.example', 'name-link'],
    ['https：／／evil.example', 'name-link'],
    ['Win at www.evil.example', 'name-link'],
    ['Anna\nBcc: all', 'name-invalid'],
    ['An\0na', 'name-invalid'],
    ['Anna\u2028', undefined],
    ['An\u2028na', 'name-invalid'],
    ['Anna \ud800', 'name-invalid'],
    ['x'.repeat(201), 'name-long'],
    ['h\u200bttps:/\u200b/evil.example', 'name-link'],
  ])('%j is refused as %s', (typed, code) => {
    expect(refusal(typed)).toBe(code)
  })

  it('that there must be is refused when there is nothing to see', () => {
    for (const typed of ['', '  ', '\u200b', '\u2800'])
      expect(refusal(typed, requiredNameField)).toBe('name-required')
  })
})
