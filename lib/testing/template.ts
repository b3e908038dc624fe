// A database as a first start leaves it: migrated, with the queue's tables. Copies of it are quick to make.
import type { Database } from '@/lib/db'
import { migrate } from '@/lib/migrations'
import { startQueue, stopQueue } from '@/lib/queue'

export async function makeTemplate(database: Database): Promise<void> {
  await migrate(database)
  await startQueue(database, false)
  await stopQueue(5_000)
}
