// Tenants for tests, with what the system administrator says of their mails.
import { viewer } from '@/domain/testing/viewers'
import type { Viewer } from '@/domain/viewer'
import { db } from '@/lib/db'
import { changeTenantMailPolicy, type TenantMailPolicy, usualMailPolicy } from '../tenant-policy'

let made = 0

/** A tenant and its administrator. */
export async function tenantWith(
  policy: Partial<TenantMailPolicy> = { servers: 'own-allowed' },
): Promise<{ id: string; admin: Viewer }> {
  const name = `Tenant ${++made}`
  const { id } = await db().tenant.create({ data: { name, nameKey: name.toLowerCase() } })
  await setPolicy(id, policy)
  return { id, admin: viewer({ role: 'tenant_administrator', tenantId: id, email: `admin@${made}.test` }) }
}

export const setPolicy = (tenantId: string, policy: Partial<TenantMailPolicy>) =>
  changeTenantMailPolicy(viewer(), tenantId, { ...usualMailPolicy, ...policy })
