import { beforeEach, describe, expect, it } from 'vitest'
import { mails } from '@/domain/outbox/testing/rows'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { databaseKind, useTestDatabase } from '@/lib/testing/database'
import { administrator, person } from './testing/people'
import { listUsers, pageSize, type UserView, userSorts } from './user-list'
import { quickenSearch } from './user-trigrams'

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

describe('the list', () => {
  const emails = async (view: UserView) => (await listUsers(root, view)).users.map(({ email }) => email)

  it('stands in the order of the addresses, or backwards', async () => {
    const forwards = await emails({})
    expect(forwards.slice(0, 2)).toEqual(['100%@example.org', '1000@example.org'])
    expect(await emails({ backwards: true })).toEqual(forwards.toReversed())
  })

  it('tells the last mail of each, and who has a second factor', async () => {
    const { id } = await person({ email: 'mailed@example.org', state: 'active' })
    await db().factor.create({ data: { userId: id, kind: 'totp', name: '', confirmedAt: new Date() } })
    await mails(2, age => ({ userId: id, state: age === 0 ? 'deferred' : 'sent' }))
    const { users, counts } = await listUsers(root, { search: 'mailed' })
    expect(users).toMatchObject([{ id, lastMail: { state: 'deferred' }, secondFactor: true }])
    expect(counts.withoutFactor).toEqual({ number: 0, more: false })
    expect(await emails({ factor: 'none' })).toEqual([root.email])
  })

  describe.each(userSorts)('in the order of %s', sort => {
    beforeEach(async () => {
      await db().user.createMany({
        data: Array.from({ length: 2 * pageSize + 7 }, (_, number) => ({
          email: `many${number}@example.org`,
          emailKey: `many${number}@example.org`,
          role: 'system_administrator' as const,
          state: 'active' as const,
          // Many have the same, and many have none.
          firstName: `First ${number % 3}`,
          lastName: number % 4 ? `Last ${number % 5}` : '',
          lastSignInAt: number % 3 ? new Date(Date.UTC(2026, 0, 1 + (number % 7))) : null,
        })),
      })
    })

    it.each([false, true])('pages hold everybody once, there and back (backwards: %j)', async backwards => {
      const view = { sort, backwards }
      const all = await db().user.count()
      const there: string[][] = []
      for (let after: string | undefined; ; ) {
        const page = await listUsers(root, { ...view, after })
        there.push(page.users.map(({ email }) => email))
        if (!page.next) break
        after = page.next
      }
      expect(there.map(page => page.length)).toEqual([pageSize, pageSize, all - 2 * pageSize])
      expect(new Set(there.flat()).size).toBe(all)
      const second = await listUsers(root, { ...view, after: (await listUsers(root, view)).next })
      const third = await listUsers(root, { ...view, after: second.next })
      const back = await listUsers(root, { ...view, before: third.previous })
      expect(back.users.map(({ email }) => email)).toEqual(there[1])
      expect(
        (await listUsers(root, { ...view, before: back.previous })).users.map(({ email }) => email),
      ).toEqual(there[0])
      const other = await listUsers(root, { ...view, backwards: !backwards })
      expect(other.users.map(({ email }) => email)).toEqual(there.flat().toReversed().slice(0, pageSize))
    })
  })

  it('an order goes by what it says', async () => {
    for (const [email, lastName, lastSignInAt] of [
      ['1@example.org', 'Zeta', new Date('2026-01-01')],
      ['2@example.org', 'Alpha', new Date('2026-02-01')],
    ] as const)
      await person({ email, lastName, lastSignInAt, state: 'active' })
    const some = async (view: UserView) => (await emails(view)).filter(email => /^[12]@/.test(email))
    expect(await some({ sort: 'name' })).toEqual(['2@example.org', '1@example.org'])
    expect(await some({ sort: 'sign-in' })).toEqual(['2@example.org', '1@example.org'])
    expect(await some({ sort: 'sign-in', backwards: true })).toEqual(['1@example.org', '2@example.org'])
    // Whoever never signed in comes after all others.
    expect((await emails({ sort: 'sign-in' })).slice(-5)).not.toContain('1@example.org')
  })

  it.each(['nonsense', 'W10', Buffer.from('["a","b","c","d"]').toString('base64url')])(
    'a place that is none, like %j, is the beginning',
    async after => {
      expect(await emails({ after })).toEqual(await emails({}))
      expect(await emails({ before: after, sort: 'sign-in' })).toEqual(await emails({ sort: 'sign-in' }))
    },
  )
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
