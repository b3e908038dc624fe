import { type Viewer, visibleTenant } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'

/**
 * Whose alarms and rules somebody means: a tenant administrator their own tenant's, the system administrator those of
 * the tenant that they name.
 * @throws Refusal not-allowed, tenant-required, tenant-not-found where it is another tenant's
 */
export function tenantOf(viewer: Viewer, named?: string | null): string {
  const { tenantId: own } = visibleTenant(viewer)
  if (own && named && named !== own) throw new Refusal('tenant-not-found')
  const tenantId = own ?? named
  if (!tenantId) throw new Refusal('tenant-required')
  return tenantId
}
