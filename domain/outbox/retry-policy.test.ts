import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '@/domain/smtp/submission'
import { greylistDelay, retryDelay } from './retry-policy'

const minute = 60_000
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the pause before the next attempt', () => {
  it('is never shorter than the first, nor longer than a quarter of an hour and its spread', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), random, (number, luck) => {
        const delay = retryDelay(number, 'connection-refused', () => luck)
        expect(delay).toBeGreaterThanOrEqual(3_750)
        expect(delay).toBeLessThanOrEqual(15 * 1.25 * minute)
      }),
    )
  })

  it('grows from one attempt to the next', () => {
    const delays = [1, 2, 3, 4, 5].map(number => retryDelay(number, 'connection-refused', () => 0.5))
    expect(delays).toEqual([5_000, 20_000, 80_000, 320_000, 900_000])
  })

  it('gives a greylisting server about the minute it wants', () => {
    expect(retryDelay(1, 'greylisted', () => 0.5)).toBe(minute)
  })
})

describe('a greylisting server is taken at its word', () => {
  const greylisted = (text: string): Outcome => ({
    result: 'failed',
    cause: 'greylisted',
    concerns: 'mail',
    permanent: false,
    detail: {},
    reply: { code: 451, enhanced: '4.7.1', text },
    phase: 'rcpt-to',
    stages: [],
    transcript: [],
  })
  it.each([
    ['Greylisted for 300 seconds (see http://isg.example/tools/postgrey)', 302],
    ['Greylisting in action, please come back in 00:05:00', 302],
    ['Try again in 5 minutes', 302],
    ['Greylisted, please wait 60 s', 62],
    ['Recipient address rejected: Greylisted', null],
    ['Come back after 99 hours', null],
  ])('%s', (text, seconds) =>
    expect(greylistDelay(greylisted(text))).toBe(seconds === null ? null : seconds * 1000),
  )

  it('and nobody else', () => {
    expect(
      greylistDelay({ ...greylisted('try again in 5 minutes'), cause: 'rate-limited' } as Outcome),
    ).toBeNull()
  })
})
