import { expect, test } from 'vitest'
import { changeLines } from './change-lines'

test('only what differs is told, also within settings', () => {
  const before = { name: 'A', port: 25, proxy: { host: 'p', port: 1 }, scopes: ['a'], note: null }
  const after = { name: 'A', port: 587, proxy: { host: 'q', port: 1 }, scopes: ['a', 'b'], note: '' }
  expect(changeLines(before, after)).toEqual([
    { field: 'port', before: '25', after: '587' },
    { field: 'proxy.host', before: 'p', after: 'q' },
    { field: 'scopes', before: 'a', after: 'a, b' },
  ])
})

test('what came, what went, and nothing at all', () => {
  expect(changeLines(null, { role: 'customer_user' })).toEqual([{ field: 'role', after: 'customer_user' }])
  expect(changeLines({ mails: 3 }, null)).toEqual([{ field: 'mails', before: '3' }])
  expect(changeLines(null, null)).toEqual([])
})
