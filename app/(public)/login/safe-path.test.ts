import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { safePath } from './safe-path'

const pieces = fc.array(
  fc.constantFrom(
    '/',
    '\\',
    '//',
    '.',
    '..',
    '@',
    ':',
    'evil.test',
    'http',
    'https:',
    '\t',
    '\n',
    '%2f',
    '?',
    '#',
    ' ',
  ),
  { maxLength: 8 },
)

describe('the page after signing in', () => {
  it('is the one that was asked for', () => {
    expect(safePath('/users?state=pending&page=2')).toBe('/users?state=pending&page=2')
  })

  it('is the first page when there is none', () => {
    expect(safePath(undefined)).toBe('/')
    expect(safePath('')).toBe('/')
  })

  it('is never on another host, however it is written', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          pieces,
          pieces.map(rest => ['/', ...rest]),
        ),
        parts => {
          const there = new URL(safePath(parts.join('')), 'http://latchkey.test/login')
          expect(there.origin).toBe('http://latchkey.test')
        },
      ),
      { numRuns: 2000 },
    )
  })
})
