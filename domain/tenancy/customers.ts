// The customers of a tenant, for those who look after it.
import { record } from '@/domain/audit/audit'
import { refuseDeclared, type Viewer, visibleTenant } from '@/domain/viewer'
import type { Customer } from '@/generated/prisma/client'
import { db, isDuplicate, rowId, type Tx, transaction } from '@/lib/db'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'
import { nameKey } from './name-key'
import { namePage, readNamePlace } from './name-page'

/** The customers of the viewer's own tenant with the number of their users. @throws Refusal not-allowed */
export async function listCustomers(viewer: Viewer) {
  const { tenantId } = visibleTenant(viewer)
  // The system administrator has no tenant: theirs stand at each tenant.
  if (!tenantId) throw new Refusal('not-allowed')
  return db().customer.findMany({
    where: { tenantId },
    orderBy: { nameKey: 'asc' },
    include: { _count: { select: { users: true } } },
  })
}

/** A page of the customers whom the viewer looks after, by name, and where it goes on: for programs. @throws Refusal not-allowed */
export async function customersAfter(
  viewer: Viewer,
  { tenantId, after, most }: { tenantId?: string; after?: string; most: number },
): Promise<{ rows: Customer[]; next: string | null }> {
  const place = readNamePlace(after)
  return namePage(
    await db().customer.findMany({
      where: {
        AND: [
          visibleTenant(viewer),
          { tenantId: tenantId && rowId(tenantId) },
          place ? { OR: [{ nameKey: { gt: place.key } }, { nameKey: place.key, id: { gt: place.id } }] } : {},
        ],
      },
      orderBy: [{ nameKey: 'asc' }, { id: 'asc' }],
      take: most + 1,
    }),
    most,
  )
}

/** One customer with its tenant and the number of its users. @throws Refusal not-allowed, customer-not-found */
export async function readCustomer(viewer: Viewer, id: string) {
  const customer = await db().customer.findFirst({
    where: { id: rowId(id), ...visibleTenant(viewer) },
    include: { tenant: { select: { name: true } }, _count: { select: { users: true } } },
  })
  if (!customer) throw new Refusal('customer-not-found')
  return customer
}

/**
 * The system administrator adds to any tenant, a tenant administrator to their own.
 * @throws Refusal not-allowed, tenant-not-found, customer-name-taken
 */
export async function createCustomer(viewer: Viewer, tenantId: string, name: string): Promise<string> {
  const own = visibleTenant(viewer).tenantId
  if (own && own !== tenantId) throw new Refusal('tenant-not-found')
  return named(() =>
    transaction(async tx => {
      if ((await tx.tenant.count({ where: { id: rowId(tenantId) } })) === 0)
        throw new Refusal('tenant-not-found')
      const customer = await tx.customer.create({
        data: { tenantId, name: name.trim(), nameKey: nameKey(name) },
      })
      await record(tx, viewer, 'customer.created', subjectOf(customer))
      return customer.id
    }),
  )
}

/**
 * @param opened what the form was opened with
 * @throws Refusal not-allowed, customer-not-found, customer-name-taken, declared; ChangedMeanwhile
 */
export const renameCustomer = (
  viewer: Viewer,
  id: string,
  newName: string,
  opened?: Facts,
): Promise<Customer> =>
  named(() =>
    transaction(async tx => {
      const customer = await heldCustomer(tx, viewer, id)
      const name = newName.trim()
      refuseChangedMeanwhile(opened, { name }, { name: customer.name })
      if (name === customer.name) return customer
      refuseDeclared(viewer, customer, 'name')
      const renamed = await tx.customer.update({ where: { id }, data: { name, nameKey: nameKey(name) } })
      await record(tx, viewer, 'customer.renamed', subjectOf(renamed), {
        before: { name: customer.name },
        after: { name },
      })
      return renamed
    }),
  )

/** @throws Refusal not-allowed, customer-not-found, declared; customer-in-use with the number of its users */
export const deleteCustomer = (viewer: Viewer, id: string): Promise<Customer> =>
  transaction(async tx => {
    const customer = await heldCustomer(tx, viewer, id)
    refuseDeclared(viewer, customer)
    const { _count } = await tx.customer.findUniqueOrThrow({
      where: { id },
      select: { _count: { select: { users: true } } },
    })
    if (_count.users > 0) throw new Refusal('customer-in-use', { values: { count: _count.users } })
    await tx.customer.delete({ where: { id } })
    await record(tx, viewer, 'customer.deleted', subjectOf(customer))
    return customer
  })

/** A customer of the viewer's, in which nobody is placed until the transaction ends. */
async function heldCustomer(tx: Tx, viewer: Viewer, id: string): Promise<Customer> {
  const where = { id: rowId(id), ...visibleTenant(viewer) }
  await tx.$queryRaw`SELECT 1 FROM "Customer" WHERE id = ${where.id}::uuid FOR UPDATE`
  const customer = await tx.customer.findFirst({ where })
  if (!customer) throw new Refusal('customer-not-found')
  return customer
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('customer-name-taken', { field: 'name' })
    throw error
  }
}

const subjectOf = ({ id, name, tenantId }: Customer) => ({
  type: 'customer' as const,
  id,
  label: name,
  tenantId,
})
