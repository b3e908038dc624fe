import { beforeEach, describe, expect, it } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { db } from '@/lib/db'
import { ChangedMeanwhile } from '@/lib/meanwhile'
import type { Refusal } from '@/lib/refusal'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { createCustomer, deleteCustomer, listCustomers, readCustomer, renameCustomer } from './customers'
import { createTenant, deleteTenant, namesOfPlace, readTenant, renameTenant } from './tenants'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

const eventOf = (action: string) => db().auditEvent.findFirst({ where: { action } })

describe('a tenant', () => {
  it('gets another name, which is recorded with the old one', async () => {
    const { root, acme } = world
    await renameTenant(root, acme.id, ' Acme Ltd ')
    expect(await readTenant(root, acme.id)).toMatchObject({ name: 'Acme Ltd' })
    expect(await eventOf('tenant.renamed')).toMatchObject({
      before: { name: 'Acme' },
      after: { name: 'Acme Ltd' },
    })
    expect(await refusalOf(renameTenant(root, acme.id, 'ACME LTD'))).toBe('done')
    expect(await refusalOf(renameTenant(root, acme.id, 'other'))).toBe('tenant-name-taken')
  })

  it('that somebody else has renamed is not renamed without a word', async () => {
    const { root, acme } = world
    await renameTenant(root, acme.id, 'Theirs')
    const refused = await renameTenant(root, acme.id, 'Mine', { name: 'Acme' }).catch(error => error)
    expect(refused).toBeInstanceOf(ChangedMeanwhile)
    expect(refused.current).toEqual({ name: 'Theirs' })
    await renameTenant(root, acme.id, 'Mine', refused.current)
    expect((await readTenant(root, acme.id)).name).toBe('Mine')
  })

  it('with users stays, and says how many they are', async () => {
    const { root, acme } = world
    const refused: Refusal = await deleteTenant(root, acme.id).catch(error => error)
    expect(refused).toMatchObject({ code: 'tenant-in-use', options: { values: { count: 3 } } })
  })

  it('without users goes with its customers, which are recorded', async () => {
    const { root } = world
    const id = await createTenant(root, 'Empty')
    await createCustomer(root, id, 'Nobody')
    await deleteTenant(root, id)
    expect(await refusalOf(readTenant(root, id))).toBe('tenant-not-found')
    expect(await db().customer.count({ where: { tenantId: id } })).toBe(0)
    expect(await eventOf('tenant.deleted')).toMatchObject({
      subject: 'Empty',
      before: { customers: ['Nobody'] },
    })
  })
})

describe('a customer', () => {
  it('is listed with the number of its users', async () => {
    const { acme } = world
    await createCustomer(acme.adminViewer, acme.id, 'Another')
    expect(await listCustomers(acme.adminViewer)).toMatchObject([
      { name: 'Another', _count: { users: 0 } },
      { name: 'Customer of Acme', _count: { users: 2 } },
    ])
  })

  it('gets another name that no other of the tenant has', async () => {
    const { acme, other } = world
    await createCustomer(acme.adminViewer, acme.id, 'Another')
    const rename = (name: string, opened?: { name: string }) =>
      refusalOf(renameCustomer(acme.adminViewer, acme.customerId, name, opened))
    expect(await rename('another')).toBe('customer-name-taken')
    expect(await rename('Customer of Other')).toBe('done')
    expect(await rename('Mine', { name: 'Customer of Acme' })).toBe('changed-meanwhile')
    expect(await readCustomer(acme.adminViewer, acme.customerId)).toMatchObject({
      name: 'Customer of Other',
      tenant: { name: 'Acme' },
    })
    expect((await readCustomer(other.adminViewer, other.customerId)).name).toBe('Customer of Other')
  })

  it('with users stays, and says how many they are; without any it goes', async () => {
    const { acme } = world
    const refused: Refusal = await deleteCustomer(acme.adminViewer, acme.customerId).catch(error => error)
    expect(refused).toMatchObject({ code: 'customer-in-use', options: { values: { count: 2 } } })
    const id = await createCustomer(acme.adminViewer, acme.id, 'Empty')
    await deleteCustomer(acme.adminViewer, id)
    expect(await refusalOf(readCustomer(acme.adminViewer, id))).toBe('customer-not-found')
    expect(await eventOf('customer.deleted')).toMatchObject({
      subject: 'Empty',
      tenantId: acme.id,
    })
  })
})

it('the names of places are told to those who may see them', async () => {
  const { root, acme, other } = world
  const place = { tenantId: other.id, customerId: other.customerId }
  expect(await namesOfPlace(root, place)).toEqual({ tenant: 'Other', customer: 'Customer of Other' })
  expect(await namesOfPlace(acme.adminViewer, place)).toEqual({ tenant: null, customer: null })
})
