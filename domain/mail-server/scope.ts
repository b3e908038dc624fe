// Whose mail servers somebody works with: the system administrator with those of the installation, a tenant
// administrator with those of the tenant, where the system administrator allows it any.
import type { Viewer } from '@/domain/viewer'
import { requireAdministrator } from '@/domain/viewer'
import type { MailServer } from '@/generated/prisma/client'
import { db, type Tx } from '@/lib/db'
import { env } from '@/lib/env'
import { Refusal } from '@/lib/refusal'

/** The tenant whose servers they are; null for those of the installation. A filter for rows with a `tenantId`. */
export type Scope = { tenantId: string | null }

export const ofInstallation: Scope = { tenantId: null }

/** @throws Refusal not-allowed, also to administrators of a tenant that may have no servers */
export async function scopeOf(viewer: Viewer, tx?: Tx): Promise<Scope> {
  requireAdministrator(viewer)
  const { role, tenantId } = viewer
  if (role === 'system_administrator') return ofInstallation
  const policy = tenantId && (await (tx ?? db()).tenantMailPolicy.findUnique({ where: { tenantId } }))
  if (!policy || policy.servers === 'system') throw new Refusal('not-allowed')
  return { tenantId }
}

/** Whether the viewer works with mail servers at all. */
export const hasServers = (viewer: Viewer): Promise<boolean> =>
  scopeOf(viewer).then(
    () => true,
    error => {
      if (error instanceof Refusal) return false
      throw error
    },
  )

type Switched = Pick<MailServer, 'tenantId' | 'enabled' | 'tenantEnabled'>

/** Whether mail may leave through a server. */
export const isEnabled = ({ tenantId, enabled, tenantEnabled }: Switched): boolean =>
  tenantId === null ? enabled : tenantEnabled

/** The change that says so. Of a tenant's server older nodes must never read that it is enabled. */
export const enabling = ({ tenantId }: Scope, on: boolean) =>
  tenantId === null ? { enabled: on } : { tenantEnabled: on }

/** What makes a server one of a scope. */
export const placedIn = ({ tenantId }: Scope) => ({ tenantId, enabled: tenantId === null })

/**
 * Whether a server may only be at an address that the whole world can see: a tenant must not find out what answers in the
 * network of the installation, unless that says it may.
 */
export const publicOnly = ({ tenantId }: Scope): boolean => tenantId !== null && !env().privateAddresses

/** So many servers a tenant may have, drafts included. */
export const mostServersOfTenant = 5
