import { beforeEach, expect, it } from 'vitest'
import type { Viewer } from '@/domain/viewer'
import { useTestDatabase } from '@/lib/testing/database'
import { administrator, person } from './testing/people'
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
