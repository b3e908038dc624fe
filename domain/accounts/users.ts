// The accounts an administrator keeps.
import { record, recordEach } from '@/domain/audit/audit'
import { cancelMails } from '@/domain/outbox/outbound-mail'
import { emailDomainRules } from '@/domain/settings/email-domain-rules'
import { installationIn } from '@/domain/settings/installation'
import { keepCustomer, keepTenant } from '@/domain/tenancy/keep'
import {
  requireAdministrator,
  requireAnother,
  requireFreshProof,
  requireOwnSession,
  type Viewer,
  visibleTenant,
} from '@/domain/viewer'
import { tellWebhooks } from '@/domain/webhooks/events'
import type { Prisma, Role, User, UserState } from '@/generated/prisma/client'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { locks } from '@/lib/locks'
import { Refusal } from '@/lib/refusal'
import { invite } from './activation'
import { admitNewUser, clearAttempts, countTakenAddress } from './attempts'
import { emailKey } from './email-address'
import { type Chosen, choosePassword, setPassword } from './password'
import { endSessions } from './session'
import { manageableUser, newsOf, userSubject } from './user'
import { withdrawLinks } from './user-mail'

export type NewUser = {
  email: string
  firstName: string
  lastName: string
  role: Role
  tenantId: string | null
  customerId: string | null
  /** Empty: that of the tenant, or of the installation */
  locale: string
  /** Whether to mail the activation link; otherwise the administrator hands it over. */
  sendActivation: boolean
  /** What they sign in with at first, in the place of an activation: they have to choose another then. */
  initialPassword?: string
}

/** @throws Refusal user-not-found, also for somebody else's */
export async function readUser(viewer: Viewer, id: string) {
  const user = await db().user.findFirst({
    where: { id: rowId(id), ...visibleTenant(viewer) },
    include: { tenant: true, customer: true, credential: { select: { initial: true, changedAt: true } } },
  })
  if (!user) throw new Refusal('user-not-found')
  return user
}

/** The roles that the viewer may give. */
export const grantableRoles = (viewer: Viewer): Role[] =>
  viewer.role === 'system_administrator'
    ? ['system_administrator', 'tenant_administrator', 'customer_user']
    : ['customer_user']

/**
 * Adds a user, and the mail that invites them, in one transaction: a mail that cannot be sent never
 * undoes the user. That an address is taken tells of accounts of others: a tenant administrator finds out so
 * many in an hour, and each is recorded. With an initial password the account is active at once, although nobody has
 * shown that its address is theirs.
 * @throws Refusal not-allowed, email-taken, domain-not-allowed, domain-blocked, domain-disposable, tenant-required,
 * tenant-not-found, customer-required, customer-not-found, too-many-attempts, acting-as, prove-yourself (for an administrator); those of `choosePassword` at
 * `initialPassword`
 */
export async function addUser(viewer: Viewer, input: NewUser): Promise<User> {
  requireAdministrator(viewer)
  requireOwnSession(viewer)
  if (!grantableRoles(viewer).includes(input.role)) throw new Refusal('not-allowed', { field: 'role' })
  if (input.role !== 'customer_user') requireFreshProof(viewer)
  const limited = viewer.role === 'tenant_administrator'
  if (limited) await admitNewUser(viewer.id)
  const { initialPassword } = input
  const tenantId = limited ? viewer.tenantId : input.tenantId && rowId(input.tenantId)
  const chosen =
    initialPassword === undefined
      ? null
      : await choosePassword(initialPassword, { ...input, tenantId }, { field: 'initialPassword' })
  try {
    return await transaction(async tx => {
      const [user] = await addUsers(tx, viewer, [input])
      if (!user || user instanceof Refusal) throw user
      if (chosen) return await openWith(tx, viewer, user, chosen)
      if (input.sendActivation) await invite(tx, user, viewer)
      return user
    })
  } catch (error) {
    const taken = error instanceof Refusal && error.code === 'email-taken'
    if (taken && limited) await noteTakenAddress(viewer, input.email)
    throw error
  }
}

/** Makes an account active with a password that its owner did not choose. */
async function openWith(tx: Tx, viewer: Viewer, user: User, chosen: Chosen): Promise<User> {
  await setPassword(tx, user.id, chosen, { initial: true })
  await record(tx, viewer, 'password.initial-set', userSubject(user))
  return tx.user.update({ where: { id: user.id }, data: { state: 'active' } })
}

/**
 * Adds any number of users whom nobody is told of yet: what one is refused does not keep it from the others. Two who
 * add the same address take turns, and the second is refused it.
 * @returns for each the user, or the refusal: not-allowed, email-taken, domain-not-allowed, domain-blocked, domain-disposable, tenant-required, tenant-not-found,
 * customer-required, customer-not-found @throws Refusal not-allowed to whoever may add nobody
 */
export async function addUsers(
  tx: Tx,
  viewer: Viewer,
  inputs: readonly Omit<NewUser, 'sendActivation' | 'initialPassword'>[],
): Promise<(User | Refusal)[]> {
  requireAdministrator(viewer)
  const place = placesOf(tx, viewer)
  const refused = await emailDomainRules(tx)
  const usualLocale = await usualLocales(tx, inputs)
  const rows: (Refusal | Prisma.UserCreateManyInput)[] = []
  for (const input of inputs) {
    const { email, firstName, lastName, role, locale } = input
    const where = refused(email) ?? (await place(input))
    rows.push(
      where instanceof Refusal
        ? where
        : {
            ...{ email, emailKey: emailKey(email), firstName, lastName, role, ...where },
            locale: locale || usualLocale(where.tenantId),
          },
    )
  }
  const data = rows
    .flatMap(row => (row instanceof Refusal ? [] : row))
    // In one order, so that two who add the same addresses never wait for each other in a circle.
    .sort((one, other) => (one.emailKey < other.emailKey ? -1 : 1))
  const created = await tx.user.createManyAndReturn({ data, skipDuplicates: true })
  const added = new Map(created.map(user => [user.emailKey, user]))
  const events = created.map(user => ({ subject: userSubject(user), after: { role: user.role } }))
  await recordEach(tx, viewer, 'user.added', events)
  return rows.map(row => {
    if (row instanceof Refusal) return row
    const user = added.get(row.emailKey)
    // The second of two with one address.
    added.delete(row.emailKey)
    return user ?? new Refusal('email-taken', { field: 'email' })
  })
}

/** The language of those of whom none was chosen, by their tenant. */
async function usualLocales(tx: Tx, inputs: readonly Pick<NewUser, 'locale'>[]) {
  if (inputs.every(({ locale }) => locale)) return () => ''
  const { locale } = await installationIn(tx)
  const tenants = await tx.tenant.findMany({
    where: { locale: { not: null } },
    select: { id: true, locale: true },
  })
  const known = new Map(tenants.map(tenant => [tenant.id, tenant.locale]))
  return (tenantId: string | null) => known.get(tenantId ?? '') ?? locale
}

/** Where a user belongs whom the viewer adds, or why that cannot be; each place is looked at once. */
function placesOf(tx: Tx, viewer: Viewer) {
  const known = new Map<string, Awaited<ReturnType<typeof placeOf>> | Refusal>()
  return async (input: Pick<NewUser, 'role' | 'tenantId' | 'customerId'>) => {
    const key = `${input.role} ${input.tenantId} ${input.customerId}`
    const place =
      known.get(key) ??
      (grantableRoles(viewer).includes(input.role)
        ? await placeOf(tx, viewer, input).catch(refusalIn)
        : new Refusal('not-allowed', { field: 'role' }))
    known.set(key, place)
    return place
  }
}

function refusalIn(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  throw error
}

/** Counts and records that a tenant administrator has found an address to be taken. */
export async function noteTakenAddress(viewer: Viewer, email: string): Promise<void> {
  await countTakenAddress(viewer.id)
  const subject = { type: 'user' as const, id: null, label: email, tenantId: viewer.tenantId }
  await transaction(tx => record(tx, viewer, 'user.address-taken', subject))
}

/**
 * The tenant and customer that a role calls for, within what the viewer owns.
 * @throws Refusal tenant-required, tenant-not-found, customer-required, customer-not-found
 */
export async function placeOf(
  tx: Tx,
  viewer: Viewer,
  { role, ...input }: Pick<NewUser, 'role' | 'tenantId' | 'customerId'>,
) {
  if (role === 'system_administrator') return { tenantId: null, customerId: null }
  const tenantId = visibleTenant(viewer).tenantId ?? (input.tenantId && rowId(input.tenantId))
  if (!tenantId) throw new Refusal('tenant-required', { field: 'tenantId' })
  if (!(await keepTenant(tx, tenantId))) throw new Refusal('tenant-not-found', { field: 'tenantId' })
  if (role === 'tenant_administrator') return { tenantId, customerId: null }
  if (!input.customerId) throw new Refusal('customer-required', { field: 'customerId' })
  if (!(await keepCustomer(tx, rowId(input.customerId), tenantId)))
    throw new Refusal('customer-not-found', { field: 'customerId' })
  return { tenantId, customerId: input.customerId }
}

/** Ends all sessions and links of a user until they are enabled again. @throws Refusal user-not-found, not-yourself */
export const disableUser = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    const user = await otherUser(tx, viewer, id)
    await refuseLastTenantAdministrator(tx, user)
    await tx.user.update({ where: { id }, data: { state: 'disabled' } })
    await endSessions(tx, id)
    await withdrawLinks(tx, { userId: id })
    await cancelMails(tx, { userId: id }, 'account-gone')
    const change = { before: { state: user.state }, after: { state: 'disabled' } }
    await record(tx, viewer, 'user.disabled', userSubject(user), change)
    await tellWebhooks(tx, 'user.disabled', [newsOf({ ...user, state: 'disabled' })])
  })

/** Back to what the user was: active with a password, pending without. @throws Refusal user-not-found */
export const enableUser = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    const user = await otherUser(tx, viewer, id)
    if (user.state !== 'disabled') return
    const state = (await tx.credential.count({ where: { userId: id } })) > 0 ? 'active' : 'pending'
    await tx.user.update({ where: { id }, data: { state } })
    await clearAttempts(tx, user.emailKey)
    const change = { before: { state: user.state }, after: { state } }
    await record(tx, viewer, 'user.enabled', userSubject(user), change)
  })

/** @throws Refusal user-not-found, not-yourself, last-tenant-administrator */
export const deleteUser = (viewer: Viewer, id: string) => transaction(tx => removeUser(tx, viewer, id))

/**
 * Deletes a user in a transaction that ends with a refusal.
 * @param state only while they are in it, also if it changes at this instant
 * @throws Refusal user-not-found, not-yourself, last-tenant-administrator, user-changed
 */
export async function removeUser(tx: Tx, viewer: Viewer, id: string, state?: UserState): Promise<void> {
  const user = await otherUser(tx, viewer, id)
  await refuseLastTenantAdministrator(tx, user)
  await withdrawLinks(tx, { userId: id })
  await cancelMails(tx, { userId: id }, 'account-gone')
  const { count } = await tx.user.deleteMany({ where: { id, state } })
  if (count === 0) throw new Refusal(state ? 'user-changed' : 'user-not-found')
  await record(tx, viewer, 'user.deleted', userSubject(user))
}

/**
 * A user that the viewer may change, and not themself. Nobody locks themself out; so there is always a system
 * administrator left as well. Two who lock each other out or demote each other at the same instant take turns, and
 * the second has no right to it any more.
 * @throws Refusal not-yourself, not-allowed, user-not-found
 */
export async function otherUser(tx: Tx, viewer: Viewer, id: string): Promise<User> {
  requireAnother(viewer, id)
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.administrators}::bigint)`
  const { role, tenantId } = viewer
  const still = await tx.user.count({ where: { id: viewer.id, state: 'active', role, tenantId } })
  if (!still) throw new Refusal('not-allowed')
  return manageableUser(tx, viewer, id)
}

/** The caller holds the lock of `otherUser`. @throws Refusal last-tenant-administrator */
export async function refuseLastTenantAdministrator(tx: Tx, user: User): Promise<void> {
  if (user.role !== 'tenant_administrator' || user.state === 'disabled') return
  const others = await tx.user.count({
    where: {
      tenantId: user.tenantId,
      role: 'tenant_administrator',
      state: { not: 'disabled' },
      id: { not: user.id },
    },
  })
  if (others === 0) throw new Refusal('last-tenant-administrator')
}
