import { beforeEach, describe, expect, it } from 'vitest'
import { checkImport } from '@/domain/accounts/import-check'
import { twoTenants } from '@/domain/accounts/testing/people'
import { addUser } from '@/domain/accounts/users'
import { changeSettings, installationDefaults } from '@/domain/settings/installation'
import { db } from '@/lib/db'
import { ChangedMeanwhile, type Facts } from '@/lib/meanwhile'
import type { Refusal } from '@/lib/refusal'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { createCustomer, deleteCustomer, listCustomers, readCustomer, renameCustomer } from './customers'
import { changeTenant, createTenant, deleteTenant, namesOfPlace, readTenant } from './tenants'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

const rename = (id: string, name: string, opened?: Facts) =>
  changeTenant(world.root, id, { name, locale: null }, opened)

const eventOf = (action: string) => db().auditEvent.findFirst({ where: { action } })

describe('a tenant', () => {
  it('gets another name, which is recorded with the old one', async () => {
    const { root, acme } = world
    await rename(acme.id, ' Acme Ltd ')
    expect(await readTenant(root, acme.id)).toMatchObject({ name: 'Acme Ltd' })
    expect(await eventOf('tenant.renamed')).toMatchObject({
      before: { name: 'Acme' },
      after: { name: 'Acme Ltd' },
    })
    expect(await refusalOf(rename(acme.id, 'ACME LTD'))).toBe('done')
    expect(await refusalOf(rename(acme.id, 'other'))).toBe('tenant-name-taken')
  })

  it('that somebody else has renamed is not renamed without a word', async () => {
    const { root, acme } = world
    await rename(acme.id, 'Theirs')
    const refused = await rename(acme.id, 'Mine', { name: 'Acme' }).catch(error => error)
    expect(refused).toBeInstanceOf(ChangedMeanwhile)
    expect(refused.current).toEqual({ name: 'Theirs', locale: '' })
    await rename(acme.id, 'Mine', refused.current)
    expect((await readTenant(root, acme.id)).name).toBe('Mine')
  })

  it('has a language for its new users, who get that of the installation without it', async () => {
    const { root, acme } = world
    const add = async (email: string, locale: string, tenantId: string | null = acme.id) =>
      (
        await addUser(root, {
          ...{ email, locale, tenantId, customerId: null, firstName: '', lastName: '' },
          role: tenantId ? 'tenant_administrator' : 'system_administrator',
          sendActivation: false,
        })
      ).locale
    await changeSettings(root, { ...installationDefaults, locale: 'de' })
    expect(await add('a@acme.test', '')).toBe('de')
    await changeTenant(root, acme.id, { name: 'Acme', locale: 'en' })
    expect(await eventOf('tenant.changed')).toMatchObject({
      before: { locale: null },
      after: { locale: 'en' },
    })
    expect(await add('b@acme.test', '')).toBe('en')
    expect(await add('c@acme.test', 'de')).toBe('de')
    expect(await add('d@latchkey.test', '', null)).toBe('de')
    const file = Buffer.from('email,role,tenant,language\ne@acme.test,tenant administrator,Acme,\n')
    const importId = await checkImport(root, { name: 'users.csv', bytes: file })
    expect(await db().userImportLine.findMany({ where: { importId } })).toMatchObject([
      { person: { locale: 'en' } },
    ])
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
