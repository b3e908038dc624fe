import { type Database, holdDatabase } from '@/lib/db'

/** Works on a database as the one of this process, and closes it. */
export async function inside<T>(database: Database, work: () => Promise<T>): Promise<T> {
  holdDatabase(database)
  try {
    return await work()
  } finally {
    holdDatabase(null)
    await database.close()
  }
}
