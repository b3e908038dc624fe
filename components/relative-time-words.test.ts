import { expect, test } from 'vitest'
import { relativeTime } from './relative-time-words'

const now = new Date('2025-11-24T14:05:00Z')
const ago = (seconds: number) => relativeTime(new Date(now.getTime() - seconds * 1000), now, 'en')

test.each([
  [0, 'just now'],
  [59, 'just now'],
  [-59, 'now'],
  [60, '1 minute ago'],
  [3599, '59 minutes ago'],
  [7200, '2 hours ago'],
  [86_400, 'yesterday'],
  [40 * 86_400, 'last month'],
  [-180, 'in 3 minutes'],
])('%d seconds ago is "%s"', (seconds, words) => {
  expect(ago(seconds)).toBe(words)
})

test('speaks the language of the viewer', () => {
  expect(relativeTime(new Date(now.getTime() - 180_000), now, 'de')).toBe('vor 3 Minuten')
})
