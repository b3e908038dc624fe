// `npm run admin -- doctor`: everything that Latchkey stands on, each fine or with what to do. Changes nothing.
import { lookup } from 'node:dns/promises'
import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import path from 'node:path'
import { refuseOtherKeys } from '@/domain/keys/known-keys'
import { serversInUse } from '@/domain/mail-server/in-use'
import { settingsOf } from '@/domain/mail-server/versions'
import { workerAlive } from '@/domain/outbox/worker'
import { isLoopback } from '@/lib/addresses'
import { type Database, database as openDatabase } from '@/lib/db'
import { refusedByDatabase } from '@/lib/db-errors'
import { env } from '@/lib/env'
import { untrustedForwarders } from '@/lib/forwarders'
import { holdKeyring, Keyring } from '@/lib/keyring'
import { readKeysFile } from '@/lib/keys-file'
import { pendingMigrations, unknownMigrations } from '@/lib/migrations'
import { refusePooler } from '@/lib/pooler'
import type { Answer } from './answer'
import { checkServers } from './check-servers'
import { checkDeclared } from './declared/config-file'

/** One thing that was looked at. */
type Finding = {
  name: string
  ok: boolean
  /** What was found */
  says: string
  /** What to do where it is not fine */
  fix?: string
}

/**
 * Looks at all of it. What stands on the database is left out where that cannot be opened.
 * @param open the database as it is: nothing is migrated and no key is made
 */
export async function examine(open: () => Promise<Database>): Promise<Answer> {
  const findings: Finding[] = [await configuration()]
  let database: Database | null = null
  findings.push(
    await looked('database', async () => {
      database = await open()
      return answering(database)
    }),
  )
  if (database) {
    const opened: Database = database
    findings.push(await looked('migrations', () => migrations(opened)))
    findings.push(await looked('keys', () => keys(opened)))
    findings.push(await looked('clock', () => clock(opened)))
  }
  findings.push(await looked('dns', () => names(database !== null)))
  findings.push(await looked('app-url', seenFromOutside))
  findings.push(await looked('proxy', async () => proxy()))
  findings.push(await looked('disk', disk))
  const usable = findings.every(({ name, ok }) => ok || !['database', 'migrations', 'keys'].includes(name))
  if (usable) {
    findings.push(await looked('workers', workers))
    findings.push(await looked('mail-servers', mailServers))
  }
  return reportOf(findings)
}

/** Where Latchkey runs: with its own database and keys. */
export const examineRunning = (): Promise<Answer> =>
  examine(async () => openDatabase() ?? Promise.reject(new Error('it is not open yet')))

/** The findings as lines, and whether any of them is wrong. */
function reportOf(findings: Finding[]): Answer {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.flatMap(({ name, ok, says, fix }) => {
    const [first = '', ...more] = says.split('\n')
    const indent = ' '.repeat(width + 9)
    return [
      `${ok ? 'ok   ' : 'WRONG'}  ${name.padEnd(width)}  ${first}`,
      ...more.map(line => `${indent}${line}`),
      ...(ok || !fix ? [] : [`${indent}→ ${fix}`]),
    ]
  })
  return {
    lines,
    failed: findings.some(({ ok }) => !ok),
    data: { ok: findings.every(({ ok }) => ok), findings },
  }
}

type Found = Omit<Finding, 'name'>
const fine = (says: string): Found => ({ ok: true, says })
const wrong = (says: string, fix?: string): Found => ({ ok: false, says, fix })

/** What breaks while it is looked at is a finding too. */
async function looked(name: string, look: () => Promise<Found>): Promise<Finding> {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    const refused = refusedByDatabase(error)
    return { name, ...wrong((refused ?? (error as Error)).message || String(error)) }
  }
}

async function configuration(): Promise<Finding> {
  const { declared, problems } = await checkDeclared()
  const name = 'configuration'
  if (problems.length > 0)
    return { name, ...wrong(problems.join('\n'), 'Mend it: Latchkey does not start like this.') }
  return { name, ...fine(declared.file ?? 'the environment alone') }
}

async function answering(database: Database): Promise<Found> {
  const { databaseUrl, dataDir } = env()
  const began = performance.now()
  const [row] = await database.prisma.$queryRaw<{ server_version: string }[]>`SHOW server_version`
  const took = `${Math.round(performance.now() - began)} ms`
  if (!databaseUrl) return fine(`embedded in ${dataDir}, ${took}`)
  await refusePooler(databaseUrl)
  return fine(`PostgreSQL ${row?.server_version} at ${new URL(databaseUrl).host}, ${took}`)
}

async function migrations(database: Database): Promise<Found> {
  const newer = await unknownMigrations(database)
  if (newer.length > 0)
    return wrong(
      `the database is of a newer version: it has ${newer.join(', ')}`,
      'Start the version that it was last used with, or a newer one.',
    )
  const pending = await pendingMigrations(database)
  if (pending.length === 0) return fine('all applied')
  return wrong(
    `${pending.length} are not applied yet: ${pending.join(', ')}`,
    'Start Latchkey: it applies them.',
  )
}

async function keys(database: Database): Promise<Found> {
  const { appKeys, dataDir } = env()
  const list = appKeys ?? readKeysFile(dataDir)
  if (!list) {
    const used = await database.prisma.keyringKey.count()
    if (used === 0) return fine('none yet: the first start makes them')
    return wrong(
      'the keys of this database are missing',
      `Put the file "keys" back into ${dataDir}, or set APP_KEYS.`,
    )
  }
  const keyring = Keyring.parse(list)
  refuseOtherKeys(await database.prisma.keyringKey.findMany(), keyring)
  holdKeyring(keyring)
  const file = path.join(dataDir, 'keys')
  if (!appKeys && process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    return wrong(`${file} can be read by others`, `chmod 600 ${file}`)
  return fine(`${keyring.ids.join(', ')}, ${appKeys ? 'from APP_KEYS' : `in ${file}`}`)
}

/** So many seconds the clocks may differ: what is compared between machines uses the database's. */
const clockSeconds = 30

async function clock(database: Database): Promise<Found> {
  const before = Date.now()
  const [row] = await database.prisma.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`
  const seconds = ((row?.at.getTime() ?? 0) - (before + Date.now()) / 2) / 1000
  const says = `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'ahead of' : 'behind'} the database's`
  return Math.abs(seconds) < clockSeconds
    ? fine(says)
    : wrong(
        says,
        'Have the time of both machines set by NTP: codes of authenticator apps and certificates go by it.',
      )
}

async function names(withServers: boolean): Promise<Found> {
  const servers = withServers ? await serversInUse().catch(() => []) : []
  const hosts = new Set([
    new URL(env().appUrl).hostname,
    ...servers.map(({ version }) => settingsOf(version).host),
  ])
  const missing: string[] = []
  for (const host of hosts)
    await lookup(host.replace(/^\[|\]$/g, '')).catch((error: NodeJS.ErrnoException) =>
      missing.push(`${host} (${error.code})`),
    )
  if (missing.length === 0) return fine([...hosts].join(', '))
  return wrong(
    `no address is found for ${missing.join(', ')}`,
    'Check the name, and the DNS servers of this machine (/etc/resolv.conf).',
  )
}

/** Whether people who open the address of the links arrive here. */
async function seenFromOutside(): Promise<Found> {
  const { appUrl } = env()
  const fix = `Links in mails lead to ${appUrl}: see that it leads to this Latchkey, through the proxy where there is one.`
  try {
    const response = await fetch(`${appUrl}/healthz`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(5_000),
    })
    const text = await response.text()
    if (response.status === 200 && text.startsWith('ok')) return fine(`${appUrl} leads here`)
    return wrong(`${appUrl}/healthz is answered with ${response.status}, not by Latchkey`, fix)
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException }
    return wrong(`${appUrl} does not answer (${cause?.code ?? cause?.message ?? message})`, fix)
  }
}

function proxy(): Found {
  const { appUrl, trustedProxies } = env()
  const strangers = untrustedForwarders()
  if (strangers.length > 0)
    return wrong(
      `forwarded headers come from ${strangers.join(', ')}, and do not count`,
      'If it is your proxy, name it in TRUSTED_PROXIES: otherwise everybody behind it is taken for one.',
    )
  if (trustedProxies.length > 0) return fine(`${trustedProxies.join(', ')} may say who is asking`)
  if (appUrl.startsWith('https:') && !isLoopback(new URL(appUrl).hostname))
    return wrong(
      'APP_URL is https, so a proxy stands in front, and TRUSTED_PROXIES names none',
      'Name its address in TRUSTED_PROXIES: otherwise everybody is taken for one.',
    )
  return fine('none')
}

/** With less than this a database soon stands still. */
const leastBytes = 500 * 1024 * 1024

async function disk(): Promise<Found> {
  const { databaseUrl, dataDir } = env()
  // What is kept in PostgreSQL fills another machine's.
  // Before the first start it is not there yet.
  let folder = databaseUrl ? process.cwd() : dataDir
  while (!existsSync(folder)) folder = path.dirname(folder)
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const says = `${(free / 1024 ** 3).toFixed(1)} GB free at ${folder}`
  return free < leastBytes ? wrong(says, 'Make room: a full disk stops the database.') : fine(says)
}

async function workers(): Promise<Found> {
  if (await workerAlive()) return fine('at work')
  return wrong('none is at work: mails wait', 'Start Latchkey, or npm run worker where WORKER is off.')
}

async function mailServers(): Promise<Found> {
  const lines: string[] = []
  const ok = await checkServers(line => lines.push(line))
  return { ok, says: lines.join('\n') }
}
