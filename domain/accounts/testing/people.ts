// Tenants and people for tests.
import { createCustomer } from '@/domain/tenancy/customers'
import { createTenant } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import type { Role, UserState } from '@/generated/prisma/enums'
import { now } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { emailKey } from '../email-address'
import { hashPassword, setPassword } from '../password'
import { openSession, viewerOf } from '../session'

export const password = 'a good long password'
export const origin = { address: '192.0.2.7', device: 'Test browser' }

/** One hash for everybody: making it is slow on purpose. */
let hash: Promise<string> | undefined

type Person = {
  email: string
  role?: Role
  state?: UserState
  tenantId?: string | null
  customerId?: string | null
  firstName?: string
  lastName?: string
  lastSignInAt?: Date
  locale?: string
}

export async function person({
  email,
  role = 'customer_user',
  state = 'active',
  ...more
}: Person): Promise<User> {
  hash ??= hashPassword(password)
  const ready = await hash
  return transaction(async tx => {
    const user = await tx.user.create({ data: { email, emailKey: emailKey(email), role, state, ...more } })
    if (state !== 'pending') await setPassword(tx, user.id, { hash: ready })
    return user
  })
}

/** Signs a user in, without asking for the password. */
export async function signedIn(user: User): Promise<Viewer> {
  const { token } = await transaction(tx => openSession(tx, user, origin))
  const found = await viewerOf(token, origin.address)
  if (!found) throw new Error(`${user.email} cannot be signed in`)
  return found
}

/** A viewer who has just proved who they are, however long ago they signed in. */
export const justProved = (viewer: Viewer): Viewer => ({ ...viewer, provedAt: now() })

/** A tenant with a customer, an administrator and a customer user, all signed in. */
async function tenantOf(root: Viewer, name: string) {
  const id = await createTenant(root, name)
  const customerId = await createCustomer(root, id, `Customer of ${name}`)
  const at = `${name.toLowerCase()}.test`
  const admin = await person({ email: `admin@${at}`, role: 'tenant_administrator', tenantId: id })
  const user = await person({ email: `user@${at}`, tenantId: id, customerId })
  const pending = await person({ email: `pending@${at}`, state: 'pending', tenantId: id, customerId })
  return {
    id,
    customerId,
    admin,
    user,
    pending,
    adminViewer: await signedIn(admin),
    userViewer: await signedIn(user),
  }
}

/** Two tenants that must not know of each other, and the system administrator. */
export async function twoTenants() {
  const rootUser = await person({ email: 'root@latchkey.test', role: 'system_administrator' })
  const root = await signedIn(rootUser)
  return { root, rootUser, acme: await tenantOf(root, 'Acme'), other: await tenantOf(root, 'Other') }
}

/** A viewer whose account exists. */
export async function administrator(): Promise<Viewer> {
  return signedIn(
    await person({ email: 'root@latchkey.test', role: 'system_administrator', firstName: 'Rita' }),
  )
}

/** The only user with an address. */
export const userOf = (email: string) => db().user.findUniqueOrThrow({ where: { emailKey: emailKey(email) } })
