// The accounts of the demo. Their passwords are public, so they open nothing where the demo is off.
import type { Role } from '@/generated/prisma/enums'
import { db, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { passwordMatches } from './password'
import { endSessions } from './session'

export const demoAccounts = [
  {
    email: 'sysadmin@latchkey.test',
    password: 'sysadmin',
    firstName: 'Sam',
    lastName: 'System',
    role: 'system_administrator',
  },
  {
    email: 'tenant@latchkey.test',
    password: 'tenant',
    firstName: 'Tara',
    lastName: 'Tenant',
    role: 'tenant_administrator',
  },
  {
    email: 'customer@latchkey.test',
    password: 'customer',
    firstName: 'Chris',
    lastName: 'Customer',
    role: 'customer_user',
  },
] as const satisfies { email: string; password: string; firstName: string; lastName: string; role: Role }[]

/** Whether a password that matches opens nothing all the same: it is public, and the demo is off. */
export const isShut = (user: { demo: boolean }, password: string): boolean =>
  user.demo && !env().demo && demoAccounts.some(account => account.password === password.normalize('NFC'))

/** The accounts of the demo that still have a public password, with it. An account with another is a real one. */
export async function publicAccounts(): Promise<{ id: string; email: string; password: string }[]> {
  const users = await db().user.findMany({
    where: { demo: true },
    orderBy: { createdAt: 'asc' },
    include: { credential: true },
  })
  const found = await Promise.all(
    users.map(async ({ id, email, role, credential }) => {
      const password = credential && (await publicPassword(role, credential.hash))
      return password ? { id, email, password } : null
    }),
  )
  return found.filter(account => account !== null)
}

/** Which of the public passwords a hash is of; the one that the role began with is tried first. */
async function publicPassword(role: Role, hash: string): Promise<string | undefined> {
  const first = demoAccounts.toSorted((one, other) => Number(other.role === role) - Number(one.role === role))
  for (const { password } of first) if (await passwordMatches(hash, password)) return password
  return undefined
}

/** Ends what was opened with a public password while the demo was on. @returns the addresses that are shut */
export async function shutPublicAccounts(): Promise<string[]> {
  const accounts = await publicAccounts()
  if (accounts.length > 0)
    await transaction(async tx => {
      for (const { id } of accounts) await endSessions(tx, id)
    })
  return accounts.map(({ email }) => email)
}
