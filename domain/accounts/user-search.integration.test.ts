import { beforeEach, expect, it } from 'vitest'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { databaseKind, useTestDatabase } from '@/lib/testing/database'
import { administrator, person } from './testing/people'
import { quickenSearch } from './user-trigrams'
import { listUsers } from './users'

useTestDatabase()
let root: Viewer

beforeEach(async () => {
  root = await administrator()
  for (const email of ['a_b@example.org', 'acb@example.org', '100%@example.org', '1000@example.org'])
    await person({ email, state: 'pending' })
  await person({ email: 'x@example.org', firstName: 'back\\slash', state: 'pending' })
})

const found = async (search: string) => (await listUsers(root, { search })).users.map(({ email }) => email)

it.each([
  ['%', ['100%@example.org']],
  ['_', ['a_b@example.org']],
  ['a_b', ['a_b@example.org']],
  ['A_B@EXAMPLE', ['a_b@example.org']],
  ['00%', ['100%@example.org']],
  ['\\', ['x@example.org']],
  ['%%', []],
])('a search for %j means these signs', async (search, emails) => {
  expect(await found(search)).toEqual(emails)
})

it('the list stands in the order of the addresses, or backwards', async () => {
  const forwards = (await listUsers(root, {})).users.map(({ email }) => email)
  const backwards = (await listUsers(root, { backwards: true })).users.map(({ email }) => email)
  expect(forwards.slice(0, 2)).toEqual(['100%@example.org', '1000@example.org'])
  expect(backwards).toEqual(forwards.toReversed())
})

it('trigrams are there where the server has them, and change nothing of what is found', async () => {
  const before = await found('b@exam')
  for (let start = 0; start < 2; start++) expect(await quickenSearch()).toBe(databaseKind() === 'postgres')
  const indexes = await db().$queryRaw<{ name: string }[]>`
    SELECT indexname AS name FROM pg_indexes WHERE indexname LIKE 'User%trigrams' ORDER BY 1`
  expect(indexes.length).toBe(databaseKind() === 'postgres' ? 3 : 0)
  expect(before).toEqual(['a_b@example.org', 'acb@example.org'])
  expect(await found('b@exam')).toEqual(before)
})
