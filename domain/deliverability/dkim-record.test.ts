import { describe, expect, it } from 'vitest'
import { quotedStrings } from './dkim-record'

describe('a long value', () => {
  it('is quoted in strings of at most 255 bytes, which together are the value', () => {
    const value = 'v=DKIM1; p='.padEnd(600, 'x')
    const strings = quotedStrings(value)
    expect(strings.map(({ length }) => length)).toEqual([257, 257, 92])
    expect(strings.map(text => JSON.parse(text)).join('')).toBe(value)
  })
})
