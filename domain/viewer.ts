import type { Role } from '@/generated/prisma/enums'
import { inMinutes, now } from '@/lib/clock'
import { noId, rowId } from '@/lib/db'
import { Refusal } from '@/lib/refusal'

/** The signed-in user on whose behalf the current request runs. Every domain function decides by it. */
export type Viewer = {
  id: string
  sessionId: string
  email: string
  firstName: string
  lastName: string
  role: Role
  tenantId: string | null
  customerId: string | null
  locale: string
  /** Where they were last seen, as a name of the IANA database */
  timeZone: string | null
  /** Where the request came from, for the audit */
  address: string
  /** The browser of the session, as it calls itself: for the audit */
  device?: string
  /** When they last proved in this session who they are, by signing in or anew; of one who is signed in as somebody
   * else, in their own session */
  provedAt: Date | null
  /** The administrator who is signed in as this user, and the session that is their own */
  actedBy?: ActedBy
}

type ActedBy = { id: string; email: string; sessionId: string }

/**
 * The installation itself, as it is declared from outside or begins: it may what a system administrator may.
 * @param label what the audit names
 */
export const installationItself = (label = 'installation'): Viewer => ({
  id: noId,
  sessionId: '',
  timeZone: null,
  provedAt: now(),
  email: label,
  firstName: '',
  lastName: '',
  role: 'system_administrator',
  tenantId: null,
  customerId: null,
  locale: 'en',
  address: '',
})

/**
 * What is declared from outside is changed there: here it would be as it was again with the next start.
 * @throws Refusal declared
 */
export function refuseDeclared(viewer: Viewer, { declared }: { declared: boolean }, field?: string): void {
  if (declared && viewer.id !== noId) throw new Refusal('declared', { field })
}

/** Nobody, or somebody whose session has ended. */
export const nobody = (address: string): Actor => ({ id: null, email: null, address })

/** Who did something, as the audit records it. */
export type Actor = {
  id: string | null
  email: string | null
  address: string | null
  /** The browser, as it calls itself */
  device?: string
  /** Who really did it, signed in as them */
  actedBy?: Pick<ActedBy, 'id' | 'email'>
}

/**
 * What decides who gets into an account, whose ever it is, nobody does as somebody else.
 * @throws Refusal acting-as
 */
export function requireOwnSession({ actedBy, email }: Viewer): void {
  if (actedBy) throw new Refusal('acting-as', { values: { email } })
}

/**
 * What nobody does to their own account: they would lock themself out, or need no password.
 * @param id as it came with a request, however it is written @throws Refusal not-yourself
 */
export function requireAnother(viewer: Viewer, id: string): void {
  if (rowId(id) === viewer.id) throw new Refusal('not-yourself')
}

/** For so long a proof counts. */
export const proofMinutes = 10

/**
 * What an open browser at lunch must not be enough for (mail servers, keys, roles, settings) asks for a fresh proof of
 * who the viewer is: signing in is one, and `prove` in domain/accounts/proof.ts another.
 * @throws Refusal prove-yourself
 */
export function requireFreshProof({ provedAt }: Viewer): void {
  if (!provedAt || provedAt <= inMinutes(-proofMinutes)) throw new Refusal('prove-yourself')
}

/** @throws Refusal not-allowed */
export function requireSystemAdministrator(viewer: Viewer): void {
  if (viewer.role !== 'system_administrator') throw new Refusal('not-allowed')
}

/** @throws Refusal not-allowed */
export function requireAdministrator(viewer: Viewer): void {
  if (viewer.role === 'customer_user') throw new Refusal('not-allowed')
}

/** Whether the viewer may change an account: the system administrator any, a tenant administrator their customer users. */
export const mayManage = (viewer: Viewer, user: { role: Role; tenantId: string | null }): boolean =>
  viewer.role === 'system_administrator' ||
  (viewer.role === 'tenant_administrator' &&
    user.role === 'customer_user' &&
    user.tenantId === viewer.tenantId)

/**
 * Whether the viewer may sign in as somebody: only downwards. The system administrator as all others, a tenant
 * administrator as their customer users.
 */
export const mayActAs = (viewer: Viewer, user: { role: Role; tenantId: string | null }): boolean =>
  mayManage(viewer, user) && user.role !== 'system_administrator'

/**
 * A database filter for rows with a `tenantId`: everything for the system administrator, their own
 * tenant for a tenant administrator, nothing for others.
 * @throws Refusal not-allowed
 */
export function visibleTenant(viewer: Viewer): { tenantId?: string } {
  requireAdministrator(viewer)
  if (viewer.role === 'system_administrator') return {}
  if (!viewer.tenantId) throw new Refusal('not-allowed')
  return { tenantId: viewer.tenantId }
}
