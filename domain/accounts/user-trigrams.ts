import { db } from '@/lib/db'
import { log } from '@/lib/log'

const columns = ['email', 'firstName', 'lastName']

/**
 * Lets the search for signs anywhere in an address or a name go by an index of trigrams. That is an extension of
 * PostgreSQL, which most servers have and every owner of a database may switch on. Where it cannot be had the search is
 * the same, and slower. Done with every start, under the lock of the migrations. @returns whether it is there
 */
export async function quickenSearch(): Promise<boolean> {
  const [found] = await db().$queryRaw<{ available: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') AS available`
  if (!found?.available) return false
  try {
    await db().$executeRaw`CREATE EXTENSION IF NOT EXISTS pg_trgm`
    for (const column of columns)
      await db().$executeRawUnsafe(
        `CREATE INDEX IF NOT EXISTS "User_${column}_trigrams" ON "User" USING gin ("${column}" gin_trgm_ops)`,
      )
    return true
  } catch (error) {
    log.info({ error }, 'users are searched without trigrams: the extension pg_trgm cannot be used')
    return false
  }
}
