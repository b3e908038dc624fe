import { requireAdministrator, type Viewer, visibleTenant } from '@/domain/viewer'
import type { Tx } from '@/lib/db'
import { Refusal } from '@/lib/refusal'

/** Who has begun what goes on in the background, from where, and for which tenant; null for the installation. */
type Beginner = { id: string; address: string; tenantId: string | null }

/** Whoever began something, with the rights that they have now; null if those are not what they were. */
export async function whoBegan(tx: Tx, { id, address, tenantId }: Beginner): Promise<Viewer | null> {
  const user = await tx.user.findFirst({ where: { id, state: 'active' } })
  if (!user) return null
  const viewer: Viewer = { ...user, sessionId: '', address, provedAt: null }
  try {
    requireAdministrator(viewer)
    return (visibleTenant(viewer).tenantId ?? null) === tenantId ? viewer : null
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
