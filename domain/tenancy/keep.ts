// Whoever places a user keeps the place from being deleted until the transaction ends.
import type { Tx } from '@/lib/db'

/** @returns whether there is such a tenant */
export async function keepTenant(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Tenant" WHERE id = ${id}::uuid FOR KEY SHARE`
  return rows.length > 0
}

/** @returns whether the tenant has such a customer */
export async function keepCustomer(tx: Tx, id: string, tenantId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Customer" WHERE id = ${id}::uuid AND "tenantId" = ${tenantId}::uuid FOR KEY SHARE`
  return rows.length > 0
}
