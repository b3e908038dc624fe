// Every migration, one after the other, on a database with a million mails, while others read and write: for how long they
// wait. The rows are those that the first migration has room for. See docs/decisions/028.
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { newInstallation } from '@/bench/stage'
import { openPostgres } from '@/lib/db'
import { knownMigrations, migrate } from '@/lib/migrations'
import { firstRelease, growing } from '@/lib/testing/migration-locks'

const mails = Number(process.env.MIGRATION_MAILS ?? 1_000_000)
const users = Math.max(1, Math.round(mails / 10))
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const undefinedColumn = '42703'
/** So long may anybody wait for a migration that meets an installation. */
const mostMilliseconds = 1_000

/** Prints for each migration how long it took, and the longest that another waited meanwhile, and for which table. */
export async function proveMigrations(): Promise<void> {
  const { DATABASE_URL: url = '' } = await newInstallation('postgres')
  const database = openPostgres(url)
  const [first = '', ...later] = knownMigrations()
  const watchers: Watcher[] = []
  const tooLong: string[] = []
  try {
    await migrate(database, [first])
    console.error(`${mails} mails of ${users} people …`)
    await fill(url)
    const applied = [first]
    for (const name of later) {
      for (const table of await tablesOf(url))
        if (!watchers.some(watcher => watcher.table === table)) watchers.push(await Watcher.open(url, table))
      await pause(500)
      await Promise.all(watchers.map(watcher => watcher.round()))
      for (const watcher of watchers) watcher.longest = 0
      applied.push(name)
      const begun = performance.now()
      await migrate(database, applied)
      const seconds = (performance.now() - begun) / 1000
      await Promise.all(watchers.map(watcher => watcher.round()))
      const worst = watchers.toSorted((one, other) => other.longest - one.longest)[0]
      const longestWait = Math.round(worst?.longest ?? 0)
      const released = name > firstRelease
      if (released && longestWait > mostMilliseconds) tooLong.push(name)
      print({ migration: name, released, seconds: Number(seconds.toFixed(2)), longestWait, at: worst?.table })
    }
  } finally {
    await Promise.all(watchers.map(watcher => watcher.close()))
    await database.close()
  }
  if (tooLong.length > 0)
    throw new Error(`Others waited for more than ${mostMilliseconds} ms during ${tooLong.join(', ')}.`)
}

const print = (line: object) => process.stdout.write(`${JSON.stringify({ proof: 'migrations', ...line })}\n`)

/** Somebody who reads and writes a table all the time, over a connection of their own. */
class Watcher {
  longest = 0
  private rounds = 0
  private closing = false
  private readonly working: Promise<void>

  static async open(url: string, table: string): Promise<Watcher> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    // It waits for others, not for the disk.
    await client.query('SET synchronous_commit = off')
    return new Watcher(client, table)
  }

  private constructor(
    private readonly client: pg.Client,
    readonly table: string,
  ) {
    this.working = this.work()
    // Whoever waits for a round hears of it.
    this.working.catch(() => {})
  }

  /** Waits until whatever it is about has ended, and one more read and write have. */
  async round(): Promise<void> {
    const { rounds } = this
    while (!this.closing && this.rounds < rounds + 2) await Promise.race([pause(5), this.working])
  }

  async close(): Promise<void> {
    this.closing = true
    await this.working.catch(() => {})
    await this.client.end()
  }

  private async work(): Promise<void> {
    while (!this.closing) {
      for (const statement of [`SELECT FROM "${this.table}" LIMIT 1`, await this.write()]) {
        const begun = performance.now()
        await this.client.query(statement).catch(error => {
          // Some from before the first release drop columns.
          if (error.code !== undefinedColumn) throw error
        })
        this.longest = Math.max(this.longest, performance.now() - begun)
      }
      this.rounds++
      await pause(5)
    }
  }

  /** As one row is written; what can only be added to is locked as for that. */
  private async write(): Promise<string> {
    if (this.table.startsWith('Audit'))
      return `BEGIN; LOCK TABLE "${this.table}" IN ROW EXCLUSIVE MODE; COMMIT`
    // By now it may have other columns.
    const { rows } = await this.client.query(
      `SELECT quote_ident(attname) AS name FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum LIMIT 1`,
      [`"${this.table}"`],
    )
    const [{ name }] = rows
    return `UPDATE "${this.table}" SET ${name} = ${name}
      WHERE ctid = (SELECT ctid FROM "${this.table}" LIMIT 1)`
  }
}

async function tablesOf(url: string): Promise<string[]> {
  return withClient(url, async client => {
    const { rows } = await client.query(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY ($1)`,
      [growing],
    )
    return rows.map(({ name }) => name)
  })
}

async function fill(url: string): Promise<void> {
  const statements: [rows: number, sql: string][] = [
    [
      users,
      `INSERT INTO "User" (id, email, "emailKey", "firstName", "lastName", role, state)
       SELECT md5('user' || n)::uuid, 'anna' || n || '@example.org', 'anna' || n || '@example.org', 'Anna', 'Surname' || n,
         'customer_user', 'active' FROM numbers`,
    ],
    [
      users,
      `INSERT INTO "Credential" ("userId", hash)
       SELECT md5('user' || n)::uuid, '$argon2id$v=19$m=19456,t=2,p=1$' || md5('salt' || n) FROM numbers`,
    ],
    [
      users,
      `INSERT INTO "Session" (id, "tokenHash", "userId", "expiresAt")
       SELECT md5('session' || n)::uuid, md5('session' || n), md5('user' || n)::uuid, now() + interval '1 day' FROM numbers`,
    ],
    [
      users,
      `INSERT INTO "LinkToken" (id, purpose, "userId", "keyId", "tokenHash", "expiresAt")
       SELECT md5('token' || n)::uuid, 'password-reset', md5('user' || n)::uuid, 'k1', md5('token' || n), now() FROM numbers`,
    ],
    [
      mails,
      `INSERT INTO "OutboundMail" (id, "messageId", kind, recipient, "userId", locale, parameters, state, "expiresAt", attempts, "createdAt", "sentAt")
       SELECT md5('mail' || n)::uuid, '<' || n || '@latchkey.test>', 'password-changed', 'anna' || n % ${users} + 1 || '@example.org',
         md5('user' || n % ${users} + 1)::uuid, 'en', jsonb_build_object('name', 'Anna'), 'sent', now(), 1, now() - n * interval '1 second', now()
       FROM numbers`,
    ],
    [
      mails,
      `INSERT INTO "DeliveryAttempt" (id, "mailId", number, "serverName", phase, outcome, "replyCode", "replyText")
       SELECT md5('attempt' || n)::uuid, md5('mail' || n)::uuid, 1, 'Sink', 'done', 'accepted', 250, '2.0.0 Ok' FROM numbers`,
    ],
    [
      mails,
      `INSERT INTO "AuditEvent" (id, at, action, actor, "subjectType", "subjectId", subject)
       SELECT md5('event' || n)::uuid, now() - n * interval '1 second', 'sign-in.succeeded', 'anna@example.org', 'user',
         md5('user' || n % ${users} + 1), 'anna@example.org' FROM numbers`,
    ],
  ]
  await withClient(url, async client => {
    for (const [rows, sql] of statements)
      await client.query(`WITH numbers AS (SELECT generate_series(1, ${rows}) AS n) ${sql}`)
    await client.query('VACUUM ANALYZE')
  })
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
