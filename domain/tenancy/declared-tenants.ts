// Tenants and customers that are declared from outside: known by their name.
import { installationItself } from '@/domain/viewer'
import { db } from '@/lib/db'
import type { Locale } from '@/lib/i18n/locales'
import { createCustomer } from './customers'
import { nameKey } from './name-key'
import { changeTenant, createTenant } from './tenants'

/** With the names of its customers. */
export type DeclaredTenant = { name: string; locale: Locale | null; customers: string[] }

/**
 * Makes those that are missing, and keeps the name and the language of all as they are declared. What is declared no
 * longer stays, and can be changed by hand: people have accounts there.
 * @param by what declares them, as the audit names it
 */
export async function declareTenants(by: string, tenants: DeclaredTenant[]): Promise<void> {
  const viewer = installationItself(by)
  const tenantIds: string[] = []
  const customerIds: string[] = []
  for (const { name, locale, customers } of tenants) {
    const known = await db().tenant.findUnique({ where: { nameKey: nameKey(name) } })
    const id = known?.id ?? (await createTenant(viewer, name))
    await changeTenant(viewer, id, { name, locale })
    tenantIds.push(id)
    for (const customer of customers) {
      const place = { tenantId: id, nameKey: nameKey(customer) }
      const held = await db().customer.findUnique({ where: { tenantId_nameKey: place } })
      customerIds.push(held?.id ?? (await createCustomer(viewer, id, customer)))
    }
  }
  const marked = (ids: string[]) => ({
    where: { declared: false, id: { in: ids } },
    data: { declared: true },
  })
  const free = (ids: string[]) => ({
    where: { declared: true, id: { notIn: ids } },
    data: { declared: false },
  })
  await db().tenant.updateMany(marked(tenantIds))
  await db().tenant.updateMany(free(tenantIds))
  await db().customer.updateMany(marked(customerIds))
  await db().customer.updateMany(free(customerIds))
}
