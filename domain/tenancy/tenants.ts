// Tenants, and where users can be placed.
import { record } from '@/domain/audit/audit'
import { refuseDeclared, requireSystemAdministrator, type Viewer, visibleTenant } from '@/domain/viewer'
import type { Tenant } from '@/generated/prisma/client'
import { db, isDuplicate, rowId, type Tx, transaction } from '@/lib/db'
import type { Locale } from '@/lib/i18n/locales'
import { literally } from '@/lib/literally'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'
import { nameKey } from './name-key'
import { namePage, readNamePlace } from './name-page'

/** All tenants with the number of their customers and users. @throws Refusal not-allowed */
export async function listTenants(viewer: Viewer) {
  requireSystemAdministrator(viewer)
  return db().tenant.findMany({
    orderBy: { nameKey: 'asc' },
    include: { _count: { select: { customers: true, users: true } } },
  })
}

/** A page of the tenants, by name, and where it goes on: for programs. @throws Refusal not-allowed */
export async function tenantsAfter(
  viewer: Viewer,
  after: string | undefined,
  most: number,
): Promise<{ rows: Tenant[]; next: string | null }> {
  requireSystemAdministrator(viewer)
  const place = readNamePlace(after)
  return namePage(
    await db().tenant.findMany({
      where: place ? { nameKey: { gt: place.key } } : {},
      orderBy: { nameKey: 'asc' },
      take: most + 1,
    }),
    most,
  )
}

/** One tenant with its customers and administrators. @throws Refusal not-allowed, tenant-not-found */
export async function readTenant(viewer: Viewer, id: string) {
  requireSystemAdministrator(viewer)
  const tenant = await db().tenant.findUnique({
    where: { id: rowId(id) },
    include: {
      _count: { select: { users: true, customers: true } },
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
      locale: true,
      customers: { orderBy: { nameKey: 'asc' }, select: { id: true, name: true } },
    },
  })
}

/**
 * The first few tenants (for a system administrator) and customers (for a tenant's) in whose name a text is found.
 * @throws Refusal not-allowed
 */
export async function placesNamed(viewer: Viewer, text: string, most: number) {
  const { tenantId } = visibleTenant(viewer)
  const where = { nameKey: { contains: literally(nameKey(text)) } }
  const asked = { orderBy: { nameKey: 'asc' as const }, select: { id: true, name: true }, take: most }
  return {
    tenants: tenantId ? [] : await db().tenant.findMany({ where, ...asked }),
    customers: tenantId ? await db().customer.findMany({ where: { ...where, tenantId }, ...asked }) : [],
  }
}

/** @throws Refusal not-allowed, tenant-name-taken */
export async function createTenant(viewer: Viewer, name: string): Promise<string> {
  requireSystemAdministrator(viewer)
  return named(() =>
    transaction(async tx => {
      const tenant = await tx.tenant.create({ data: { name: name.trim(), nameKey: nameKey(name) } })
      await record(tx, viewer, 'tenant.created', subjectOf(tenant))
      return tenant.id
    }),
  )
}

export type TenantDetails = {
  name: string
  /** Of its new users; null where that of the installation is */
  locale: Locale | null
}

/** What the form of a tenant holds. */
export const factsOfTenant = ({ name, locale }: { name: string; locale: string | null }): Facts => ({
  name,
  locale: locale ?? '',
})

/**
 * Changes the name of a tenant, or the language of users who are added to it from now on.
 * @param opened what the form was opened with
 * @throws Refusal not-allowed, tenant-not-found, tenant-name-taken, declared; ChangedMeanwhile
 */
export async function changeTenant(
  viewer: Viewer,
  id: string,
  details: TenantDetails,
  opened?: Facts,
): Promise<Tenant> {
  requireSystemAdministrator(viewer)
  return named(() =>
    transaction(async tx => {
      const tenant = await heldTenant(tx, id)
      const name = details.name.trim()
      const { locale } = details
      refuseChangedMeanwhile(opened, factsOfTenant({ name, locale }), factsOfTenant(tenant))
      if (name === tenant.name && locale === tenant.locale) return tenant
      refuseDeclared(viewer, tenant, name === tenant.name ? 'locale' : 'name')
      const data = { name, nameKey: nameKey(name), locale }
      const changed = await tx.tenant.update({ where: { id }, data })
      const subject = subjectOf(changed)
      if (name !== tenant.name)
        await record(tx, viewer, 'tenant.renamed', subject, {
          before: { name: tenant.name },
          after: { name },
        })
      if (locale !== tenant.locale)
        await record(tx, viewer, 'tenant.changed', subject, {
          before: { locale: tenant.locale },
          after: { locale },
        })
      return changed
    }),
  )
}

/**
 * Deletes a tenant and its customers.
 * @throws Refusal not-allowed, tenant-not-found, declared; tenant-in-use with the number of its users
 */
export async function deleteTenant(viewer: Viewer, id: string): Promise<void> {
  requireSystemAdministrator(viewer)
  await transaction(async tx => {
    const tenant = await heldTenant(tx, id)
    refuseDeclared(viewer, tenant)
    const { _count, customers } = await tx.tenant.findUniqueOrThrow({
      where: { id },
      select: { _count: { select: { users: true } }, customers: { select: { name: true } } },
    })
    if (_count.users > 0) throw new Refusal('tenant-in-use', { values: { count: _count.users } })
    await tx.tenant.delete({ where: { id } })
    await record(tx, viewer, 'tenant.deleted', subjectOf(tenant), {
      before: { customers: customers.map(({ name }) => name) },
    })
  })
}

/** A tenant in which nobody is placed until the transaction ends. */
async function heldTenant(tx: Tx, id: string): Promise<Tenant> {
  await tx.$queryRaw`SELECT 1 FROM "Tenant" WHERE id = ${rowId(id)}::uuid FOR UPDATE`
  const tenant = await tx.tenant.findUnique({ where: { id: rowId(id) } })
  if (!tenant) throw new Refusal('tenant-not-found')
  return tenant
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('tenant-name-taken', { field: 'name' })
    throw error
  }
}

const subjectOf = ({ id, name }: Tenant) => ({ type: 'tenant' as const, id, label: name, tenantId: id })

/** The names of a tenant and a customer that the viewer may see; null for others. @throws Refusal not-allowed */
export async function namesOfPlace(viewer: Viewer, place: { tenantId?: string; customerId?: string }) {
  const { tenantId: own } = visibleTenant(viewer)
  const [tenant, customer] = await Promise.all([
    place.tenantId && (!own || own === place.tenantId)
      ? db().tenant.findUnique({ where: { id: place.tenantId }, select: { name: true } })
      : null,
    place.customerId
      ? db().customer.findFirst({ where: { id: place.customerId, tenantId: own }, select: { name: true } })
      : null,
  ])
  return { tenant: tenant ? tenant.name : null, customer: customer ? customer.name : null }
}

/** Where the viewer belongs, by name. */
export async function readPlace({ tenantId, customerId }: Viewer) {
  const [tenant, customer] = await Promise.all([
    tenantId && db().tenant.findUnique({ where: { id: tenantId }, select: { name: true } }),
    customerId && db().customer.findUnique({ where: { id: customerId }, select: { name: true } }),
  ])
  return { tenant: tenant ? tenant.name : null, customer: customer ? customer.name : null }
}
