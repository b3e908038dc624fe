import { expect, it } from 'vitest'
import { setClockAhead } from './clock'
import { db } from './db'
import { countAttempt, countEach } from './rate-limit'
import { useTestDatabase } from './testing/database'

useTestDatabase()
const limit = { name: 'test', points: 5, seconds: 60 }
const rows = () =>
  db().rateLimit.findMany({ select: { points: true, refused: true }, orderBy: { points: 'desc' } })

it('of many who come together each has room for what it may, and what is refused is no attempt', async () => {
  const together = await countEach(limit, [...Array(7).fill('one'), 'other', 'other'])
  expect(together).toEqual([true, true, true, true, true, false, false, true, true])
  expect(await rows()).toEqual([
    { points: 5, refused: 2 },
    { points: 2, refused: 0 },
  ])
  expect(await countEach(limit, ['one', 'other'])).toEqual([false, true])
  expect(await countAttempt({ limit, key: 'one' })).toBeGreaterThan(0)
  expect(await rows()).toEqual([
    { points: 5, refused: 4 },
    { points: 3, refused: 0 },
  ])
})

it('a window that is over begins anew, for all who come together', async () => {
  await countEach(limit, Array(9).fill('one'))
  setClockAhead(61_000)
  expect(await countEach(limit, Array(6).fill('one'))).toEqual([true, true, true, true, true, false])
  expect(await rows()).toEqual([{ points: 5, refused: 1 }])
})

it('several groups at the same time let no more through than there is room for', async () => {
  const groups = await Promise.all(Array.from({ length: 6 }, () => countEach(limit, ['one', 'one', 'other'])))
  const through = (at: number[]) =>
    groups.flatMap(group => at.map(place => group[place])).filter(Boolean).length
  expect(through([0, 1])).toBeLessThanOrEqual(5)
  expect(through([2])).toBe(5)
  expect((await rows()).map(({ points }) => points)).toEqual([5, 5])
})
