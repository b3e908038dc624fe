import { describe, expect, it } from 'vitest'
import { merged, quantile } from './quantile'

describe('a quantile of times in classes', () => {
  it('is nothing of nothing', () => expect(quantile(new Map(), 0.5)).toBeNull())

  it('lies within its class, as far in as its share', () => {
    const classes = new Map([[1, 100]]) // all between 0.5 and 1 s
    expect(quantile(classes, 0.5)).toBeCloseTo(0.75)
    expect(quantile(classes, 0.95)).toBeCloseTo(0.975)
  })

  it('passes over the classes below it', () => {
    const classes = new Map([
      [0.01, 90],
      [60, 10],
    ])
    expect(quantile(classes, 0.5)).toBeLessThan(0.01)
    expect(quantile(classes, 0.95)).toBeCloseTo(45)
    expect(quantile(classes, 1)).toBeCloseTo(60)
  })

  it('of what took longer than a day is a day', () => expect(quantile(new Map([[1e9, 3]]), 0.5)).toBe(86_400))

  it('is that of several sets together', () => {
    const all = merged([new Map([[1, 1]]), new Map([[1, 2]]), new Map([[60, 1]])])
    expect(all).toEqual(
      new Map([
        [1, 3],
        [60, 1],
      ]),
    )
  })
})
