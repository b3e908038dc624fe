// Tenants and their customers.
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer, visibleTenant } from '@/domain/viewer'
import { db, isDuplicate, rowId, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'

/** Two names that differ only in letter case or in spaces at the ends are the same name. */
const nameKey = (name: string) => name.trim().normalize('NFC').toLowerCase()

/** All tenants with the number of their customers and users. @throws Refusal not-allowed */
export async function listTenants(viewer: Viewer) {
  requireSystemAdministrator(viewer)
  return db().tenant.findMany({
    orderBy: { nameKey: 'asc' },
    include: { _count: { select: { customers: true, users: true } } },
  })
}

/** One tenant with its customers and administrators. @throws Refusal not-allowed, tenant-not-found */
export async function readTenant(viewer: Viewer, id: string) {
  requireSystemAdministrator(viewer)
  const tenant = await db().tenant.findUnique({
    where: { id: rowId(id) },
    include: {
      customers: { orderBy: { nameKey: 'asc' }, include: { _count: { select: { users: true } } } },
      users: { where: { role: 'tenant_administrator' }, orderBy: { emailKey: 'asc' } },
    },
  })
  if (!tenant) throw new Refusal('tenant-not-found')
  return tenant
}

/** The tenants that the viewer can place a user in, with their customers: for the form of a new user. */
export async function placesFor(viewer: Viewer) {
  const { tenantId } = visibleTenant(viewer)
  return db().tenant.findMany({
    where: { id: tenantId },
    orderBy: { nameKey: 'asc' },
    select: {
      id: true,
      name: true,
      customers: { orderBy: { nameKey: 'asc' }, select: { id: true, name: true } },
    },
  })
}

/** @throws Refusal not-allowed, tenant-name-taken */
export async function createTenant(viewer: Viewer, name: string): Promise<string> {
  requireSystemAdministrator(viewer)
  try {
    return await transaction(async tx => {
      const { id } = await tx.tenant.create({ data: { name: name.trim(), nameKey: nameKey(name) } })
      await record(tx, viewer, 'tenant.created', { type: 'tenant', id, label: name.trim(), tenantId: id })
      return id
    })
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('tenant-name-taken', { field: 'name' })
    throw error
  }
}

/** The system administrator adds to any tenant, a tenant administrator to their own. @throws Refusal tenant-not-found, customer-name-taken */
export async function createCustomer(viewer: Viewer, tenantId: string, name: string): Promise<string> {
  const own = visibleTenant(viewer).tenantId
  if (own && own !== tenantId) throw new Refusal('tenant-not-found')
  try {
    return await transaction(async tx => {
      if ((await tx.tenant.count({ where: { id: rowId(tenantId) } })) === 0)
        throw new Refusal('tenant-not-found')
      const { id } = await tx.customer.create({
        data: { tenantId, name: name.trim(), nameKey: nameKey(name) },
      })
      await record(tx, viewer, 'customer.created', { type: 'customer', id, label: name.trim(), tenantId })
      return id
    })
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('customer-name-taken', { field: 'name' })
    throw error
  }
}

/** Where the viewer belongs, by name. */
export async function readPlace({ tenantId, customerId }: Viewer) {
  const [tenant, customer] = await Promise.all([
    tenantId && db().tenant.findUnique({ where: { id: tenantId }, select: { name: true } }),
    customerId && db().customer.findUnique({ where: { id: customerId }, select: { name: true } }),
  ])
  return { tenant: tenant ? tenant.name : null, customer: customer ? customer.name : null }
}
