import { expect, test } from 'vitest'
import { installationTimeZone, readTimeZone, readZonedMoment, startOfDay, zonedMoment } from './time-zone'

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['europe/berlin', 'Europe/Berlin'],
  ['America/Argentina/Buenos_Aires', expect.stringMatching(/^America\//)],
  ['UTC', 'UTC'],
])('%s is a time zone', (name, zone) => {
  expect(readTimeZone(name)).toEqual(zone)
})

test.each([
  '',
  null,
  undefined,
  'Nowhere/Atlantis',
  '+01:00',
  'Europe/Berlin\r\nBcc: all@example.org',
  '<script>',
  'x'.repeat(500),
  '[UTC]',
])('%j is none', name => {
  expect(readTimeZone(name)).toBeNull()
})

test('the installation has one, whatever the machine says', () => {
  expect(readTimeZone(installationTimeZone())).toBe(installationTimeZone())
})

test('a moment keeps the zone that it is told in', () => {
  const date = new Date('2025-11-24T14:05:00Z')
  expect(readZonedMoment(zonedMoment(date, 'America/New_York'))).toEqual({
    date,
    timeZone: 'America/New_York',
  })
})

test.each(['2025-11-24T14:05:00Z', '2025-11-24T14:05:00Z[Nowhere/Atlantis]'])('%s is told in UTC', text => {
  expect(readZonedMoment(text)).toEqual({ date: new Date('2025-11-24T14:05:00Z'), timeZone: 'UTC' })
})

test.each([
  ['Europe/Berlin', 0, '2026-03-28T23:00:00.000Z'],
  ['Europe/Berlin', 1, '2026-03-27T23:00:00.000Z'],
  // The clocks went forward in that night.
  ['Europe/Berlin', -1, '2026-03-29T22:00:00.000Z'],
  ['America/New_York', 0, '2026-03-29T04:00:00.000Z'],
  ['Asia/Kolkata', 0, '2026-03-28T18:30:00.000Z'],
  ['UTC', 29, '2026-02-28T00:00:00.000Z'],
])('the day in %s, %d before, began at %s', (timeZone, days, began) => {
  expect(startOfDay(new Date('2026-03-29T12:00:00Z'), timeZone, days).toISOString()).toBe(began)
})
