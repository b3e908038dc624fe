import { expect, it } from 'vitest'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { tidyEmailKeys } from './email-keys'

useTestDatabase()

it('addresses that an earlier version stored are read again, and two of the same are left alone', async () => {
  const stored = [
    'Anna@example.org',
    '<p@example.test>',
    'ute@xn--bcher-kva.example',
    'ute@bücher.example',
    'q@example.test\u200b',
    'a<b>@x.example',
  ]
  await db().user.createMany({
    data: stored.map((email, index) => ({
      email,
      emailKey: email.toLowerCase(),
      role: 'customer_user',
      createdAt: new Date(Date.UTC(2026, 0, 1 + index)),
    })),
  })
  expect(await tidyEmailKeys()).toBe(3)
  const users = await db().user.findMany({
    orderBy: { createdAt: 'asc' },
    select: { email: true, emailKey: true },
  })
  expect(users.map(({ email, emailKey }) => [email, emailKey])).toEqual([
    ['Anna@example.org', 'anna@example.org'],
    ['p@example.test', 'p@example.test'],
    ['ute@bücher.example', 'ute@xn--bcher-kva.example'],
    ['ute@bücher.example', 'ute@bücher.example'],
    ['q@example.test', 'q@example.test'],
    ['a<b>@x.example', 'a<b>@x.example'],
  ])
  expect(await tidyEmailKeys()).toBe(0)
})
