import { record } from '@/domain/audit/audit'
import type { Actor } from '@/domain/viewer'
import type { Database } from '@/lib/db'
import { pendingMigrations } from '@/lib/migrations'

export const databaseSubject = { type: 'installation' as const, id: null, label: 'database' }

/**
 * That somebody takes everything with them is told to the audit. Not in a database of an older version: a backup before
 * an upgrade changes nothing in it.
 */
export async function recordBackup(database: Database, actor: Actor): Promise<void> {
  if ((await pendingMigrations(database)).length > 0) return
  await record(database.prisma, actor, 'installation.backed-up', databaseSubject)
}
