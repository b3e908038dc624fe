// What reading costs, in a process that has filled its database.
import pg from 'pg'
import { median } from './figure'

const rounds = 40

/** What filling has left to be done would be done while something is measured. It takes as long as it takes. */
export async function settle(table: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await client.connect()
  await client.query(`VACUUM ANALYZE ${client.escapeIdentifier(table)}`)
  await client.query('CHECKPOINT')
  await client.end()
}

/** @returns milliseconds, once it is warm */
export async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    await work()
    times.push(performance.now() - begun)
  }
  return median(times.slice(5))
}
