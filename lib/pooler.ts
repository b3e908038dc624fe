// A pooler that lends a connection for one transaction only: what Latchkey asks of a session (LISTEN, advisory
// locks, settings) would land in somebody else's, and a lock would stay behind in it for good.
import pg from 'pg'
import { StartRefused } from './start-refused'

/**
 * Looks with two clients whether they share a connection, which no two sessions do.
 * @throws StartRefused behind a pooler in transaction or statement mode
 */
export async function refusePooler(url: string): Promise<void> {
  const settings = { connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 5_000 }
  const [one, other] = [new pg.Client(settings), new pg.Client(settings)]
  for (const client of [one, other]) client.on('error', () => {})
  try {
    await one.connect()
    await other.connect()
    const first = await processOf(one)
    // Somebody else may have what was lent a moment ago: so it is looked at more than once.
    for (let turn = 0; turn < 5; turn++) {
      await other.query('BEGIN')
      if ((await processOf(other)) === first || (await processOf(one)) !== first) throw refused()
      await other.query('COMMIT')
    }
  } catch (error) {
    // As PgBouncer says it in statement mode.
    throw /transaction blocks? not allowed in statement pooling/i.test(String(error)) ? refused() : error
  } finally {
    await Promise.all([one, other].map(client => client.end().catch(() => {})))
  }
}

async function processOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id')
  return rows[0]?.id ?? 0
}

const refused = () =>
  new StartRefused(
    'DATABASE_URL leads to a pooler in transaction mode: it accepts PostgreSQL itself, or a pooler in session mode, since Latchkey listens and locks in its sessions.',
  )
