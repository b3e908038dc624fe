// What the API costs: an operation that reads one row beside a route handler that reads nothing, and a request for a
// password reset beside that of better-auth, both on PostgreSQL and both with the mail in a table.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { hintOf, newKeyText } from '@/domain/api-keys/key-text'
import type { Scope } from '@/domain/api-keys/scopes'
import { hashToken } from '@/lib/keyring'
import { median, print } from './figure'
import { fillPages } from './pages'
import { newInstallation, startLatchkey, startServer } from './stage'
import { together } from './together'

const atATime = 8
const rounds = 5
const millisecondsPerRound = 1_500

/** Baselines: `/healthz` of the same server; better-auth in a server of its own. */
export async function measureApi(): Promise<void> {
  const installation = await newInstallation('postgres')
  const server = await startLatchkey(installation)
  const database = installation.DATABASE_URL ?? ''
  await fillPages(database)
  const { key, userId } = await keyIn(database, ['users:read', 'password-resets:write'])
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const read = async () => void (await answered(`${server.url}/api/v1/users/${userId}`, { headers }, 200))
  const trivial = async () => void (await answered(`${server.url}/healthz`, {}, 200))
  print({ figure: 'api.read-one', ...(await inTurns(read, trivial)), unit: 'requests/s' })

  const empty = await newInstallation('postgres')
  const program = fileURLToPath(new URL('./bare-better-auth.mjs', import.meta.url))
  const settings = { DATABASE_URL: empty.DATABASE_URL ?? '' }
  const bare = await startServer([program], '/api/auth/ok', settings)
  let turn = 0
  // Half of them for somebody whom there is.
  const email = () => {
    turn += 1
    return turn % 2 === 0 ? `user.${(turn % 20) + 1}@example.org` : `nobody.${turn}@example.org`
  }
  const ours = async () => {
    const body = JSON.stringify({ email: email() })
    await answered(`${server.url}/api/v1/password-resets`, { method: 'POST', headers, body }, 202)
  }
  const theirs = async () => {
    const body = JSON.stringify({ email: email(), redirectTo: '/' })
    const url = `${bare.url}/api/auth/request-password-reset`
    await answered(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', origin: bare.url }, body },
      200,
    )
  }
  print({ figure: 'api.password-reset', ...(await inTurns(ours, theirs)), unit: 'requests/s' })
  await bare.stop()
  await server.stop()
}

async function inTurns(ours: () => Promise<void>, theirs: () => Promise<void>) {
  for (const warm of [ours, theirs]) await together(atATime, 1_500, warm)
  const values: number[] = []
  const baselines: number[] = []
  for (let round = 0; round < rounds; round++) {
    values.push(await together(atATime, millisecondsPerRound, ours))
    baselines.push(await together(atATime, millisecondsPerRound, theirs))
  }
  return { value: median(values), baseline: median(baselines) }
}

async function answered(url: string, options: RequestInit, status: number): Promise<void> {
  const response = await fetch(url, options)
  const text = await response.text()
  if (response.status !== status) throw new Error(`${url} was answered with ${response.status}: ${text}`)
}

/** A key of the system administrator, and somebody to read. */
export async function keyIn(database: string, scopes: Scope[]): Promise<{ key: string; userId: string }> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  try {
    const { rows } = await client.query(
      `SELECT id, (SELECT id FROM "User" WHERE email = 'user.1@example.org') AS "userId" FROM "User" WHERE email = $1`,
      [demoAccounts[0].email],
    )
    const key = newKeyText()
    await client.query(
      `INSERT INTO "ApiKey" (id, name, hash, hint, "userId", role, scopes, networks, "perMinute", "createdAt")
       VALUES ($1, 'bench', $2, $3, $4, 'system_administrator', $5, '{}', 1000000, now())`,
      [randomUUID(), hashToken(key), hintOf(key), rows[0].id, scopes],
    )
    return { key, userId: rows[0].userId }
  } finally {
    await client.end()
  }
}
