// Accounts as somebody at the machine asks for them, who is no viewer.
import { db } from '@/lib/db'
import { displayName } from './user'
import { wordsFound } from './user-filter'

/** More than anybody reads. */
const most = 200

export type ListedAccount = {
  email: string
  name: string
  role: string
  state: string
  /** Null for those of the installation */
  tenant: string | null
  lastSignInAt: Date | null
}

/**
 * The accounts in whose address or name every word of a search is found; without one, the system administrators.
 * @returns so many at most, by address, and whether there are more
 */
export async function accountsFound(search: string): Promise<{ accounts: ListedAccount[]; more: boolean }> {
  const users = await db().user.findMany({
    where: search.trim() ? { AND: wordsFound(search) } : { role: 'system_administrator' },
    include: { tenant: { select: { name: true } } },
    orderBy: { emailKey: 'asc' },
    take: most + 1,
  })
  const accounts = users.slice(0, most).map(({ email, role, state, tenant, lastSignInAt, ...user }) => ({
    ...{ email, name: displayName(user), role, state, lastSignInAt },
    tenant: tenant?.name ?? null,
  }))
  return { accounts, more: users.length > most }
}
