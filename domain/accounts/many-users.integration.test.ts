import { randomUUID } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { changeUsers } from './many-users'
import { twoTenants, userOf } from './testing/people'
import { exportUsers } from './user-export'
import { listUsers } from './user-list'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

it('many users are changed each on their own: whom it cannot be done to is told with the reason', async () => {
  const { root, acme, other } = world
  const ids = [root.id, acme.admin.id, acme.user.id, acme.pending.id, other.user.id, randomUUID()]
  expect(await changeUsers(root, ids, 'disable')).toEqual({
    done: 3,
    refused: [
      { code: 'last-tenant-administrator', emails: [acme.admin.email] },
      { code: 'not-yourself', emails: [root.email] },
    ],
  })
  expect((await userOf(acme.user.email)).state).toBe('disabled')
  expect(await changeUsers(root, [acme.pending.id], 'enable')).toEqual({ done: 1, refused: [] })
})

it('an activation mail goes to those who have yet to activate their account', async () => {
  const { acme } = world
  expect(await changeUsers(acme.adminViewer, [acme.user.id, acme.pending.id], 'resend')).toEqual({
    done: 1,
    refused: [{ code: 'already-active', emails: [acme.user.email] }],
  })
  expect(await db().outboundMail.count({ where: { kind: 'activation' } })).toBe(1)
})

it("a tenant administrator changes nobody of another tenant's, and no other administrator", async () => {
  const { acme, other } = world
  expect(await refusalOf(changeUsers(acme.adminViewer, [other.user.id], 'delete'))).toBe('nobody-chosen')
  expect(await changeUsers(acme.adminViewer, [other.user.id, acme.user.id], 'delete')).toEqual({
    done: 1,
    refused: [],
  })
  expect(await db().user.count({ where: { id: other.user.id } })).toBe(1)
})

it('the list and the file hold those of a tenant or a customer, and of nobody else', async () => {
  const { root, acme, other } = world
  const emails = async (filter: Parameters<typeof exportUsers>[1], viewer = root) => {
    const rows: unknown[] = []
    for await (const some of await exportUsers(viewer, filter)) rows.push(...some.map(([email]) => email))
    const { users, found } = await listUsers(viewer, filter)
    expect(rows).toEqual(users.map(({ email }) => email))
    expect(found).toEqual({ number: rows.length, more: false })
    return rows
  }
  expect(await emails({ tenantId: acme.id })).toEqual([acme.admin.email, acme.pending.email, acme.user.email])
  expect(await emails({ customerId: acme.customerId })).toEqual([acme.pending.email, acme.user.email])
  expect(await emails({ customerId: acme.customerId, state: 'pending' })).toEqual([acme.pending.email])
  expect(await emails({ customerId: 'nonsense' })).toEqual([])
  expect(await emails({ tenantId: other.id }, acme.adminViewer)).toEqual([])
  expect(await emails({ customerId: other.customerId }, acme.adminViewer)).toEqual([])
  expect(await emails({ mail: 'failed' })).toEqual([])
})
