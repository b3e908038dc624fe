// What a page costs beyond what Next takes for the same markup.
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { buildBarePages } from './bare-pages'
import { median, print } from './figure'
import { signIn } from './http'
import { newInstallation, startLatchkey, startServer } from './stage'
import { together } from './together'

const atATime = 8
const rounds = 5
const millisecondsPerRound = 1_500

const pages = { login: '/login', 'forgot-password': '/forgot-password', users: '/users', outbox: '/outbox' }

/** Baseline: the same markup as a dynamic page of an application that has nothing else, in turns. Times of one page. */
export async function measurePages(): Promise<void> {
  const installation = await newInstallation('postgres')
  const server = await startLatchkey(installation)
  await fillPages(installation.DATABASE_URL ?? '')
  const { email, password } = demoAccounts[0]
  const cookie = await signIn(server.url, email, password)
  // Who is signed in does not see the public pages.
  const load = async (url: string, path: string) => {
    const response = await fetch(url + path, { headers: signedIn.has(path) ? { cookie } : {} })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}.`)
    return text
  }
  const html: Record<string, string> = {}
  for (const [name, path] of Object.entries(pages)) html[name] = await load(server.url, path)
  const program = fileURLToPath(new URL('./bare-next.mjs', import.meta.url))
  const bare = await startServer([program], '/login', {}, buildBarePages(html))
  for (const [name, path] of Object.entries(pages)) {
    const ours = async () => void (await load(server.url, path))
    const theirs = async () => void (await load(bare.url, `/${name}`))
    for (const warm of [ours, theirs]) await together(atATime, 1_500, warm)
    const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
    for (let round = 0; round < rounds; round++) {
      times.ours.push(1000 / (await together(atATime, millisecondsPerRound, ours)))
      times.theirs.push(1000 / (await together(atATime, millisecondsPerRound, theirs)))
    }
    print({ figure: `pages.${name}`, value: median(times.ours), baseline: median(times.theirs), unit: 'ms' })
  }
  await bare.stop()
  await server.stop()
}

const signedIn = new Set(['/users', '/outbox'])

/** A hundred users and more mails than a page of the outbox shows. */
export async function fillPages(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(users)
    await client.query(mails)
  } finally {
    await client.end()
  }
}

const users = `
    INSERT INTO "User" (id, email, "emailKey", "firstName", "lastName", role, state, locale, "createdAt")
    SELECT gen_random_uuid(), 'user.' || n || '@example.org', 'user.' || n || '@example.org', 'Anna', 'Example ' || n,
      'system_administrator', (ARRAY['active', 'pending', 'disabled'])[1 + n % 3]::"UserState", 'en', now()
    FROM generate_series(1, 97) n`

const mails = `
    INSERT INTO "OutboundMail" (id, "messageId", kind, recipient, "tenantKey", rank, locale, parameters, state, cause,
      "createdAt", "dueAt", "expiresAt")
    SELECT id, '<' || id || '@localhost>', 'password-changed', 'user.' || n || '@example.org',
      '00000000-0000-0000-0000-000000000000', 2, 'en', '{}', (ARRAY['sent', 'failed', 'cancelled'])[1 + n % 3]::"MailState",
      (ARRAY[NULL, 'mailbox-full', 'replaced'])[1 + n % 3], now() - n * interval '1 minute', now(), now()
    FROM (SELECT n, gen_random_uuid() AS id FROM generate_series(1, 60) n) made`
