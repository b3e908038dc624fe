import { expect, test } from 'vitest'
import { colourField } from './colour-field'
import { lifetimeColumns, lifetimeField, lifetimesOf } from './lifetimes'

test.each([
  ['0.25', 0.25],
  ['0,25', 0.25],
  [',5', 0.5],
  [' 1.5 ', 1.5],
  ['720', 720],
])('a lifetime of %j hours is read, whichever sign stands before its part', (text, hours) => {
  expect(lifetimeField.parse(text)).toBe(hours)
})

test.each(['', '.', '0', '0.24', '-1', '720.1', '1.5.2', '1e2', '1 h'])('%j is no lifetime', text => {
  expect(lifetimeField.safeParse(text).error?.issues).toMatchObject([{ message: 'lifetime-hours' }])
})

test('a lifetime is the same minute again when its hours are read', () => {
  for (let minutes = 15; minutes <= 30 * 24 * 60; minutes++) {
    const columns = lifetimeColumns({ activationHours: minutes / 60, resetHours: 1 })
    const shown = lifetimesOf(columns).activationHours
    expect(lifetimeColumns({ activationHours: lifetimeField.parse(String(shown)), resetHours: 1 })).toEqual({
      activationMinutes: minutes,
      activationHours: Math.ceil(minutes / 60),
      resetMinutes: 60,
    })
  }
})

test.each([
  ['#4650C3', '#4650c3'],
  [' 4650c3 ', '#4650c3'],
  ['', ''],
])('the colour %j is kept as %j', (text, colour) => {
  expect(colourField.parse(text)).toBe(colour)
})

test.each(['#fff', '#12345g', 'blue', '#4650c3;}'])('%j is no colour', text => {
  expect(colourField.safeParse(text).error?.issues).toMatchObject([{ message: 'colour-invalid' }])
})
