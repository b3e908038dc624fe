// Backups and moves of an installation with a million mails: how long they take, how much memory, how long everybody else
// waits, and what is left when each is killed in the middle.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Kind, kinds, newFolder, newInstallation, startPart } from '@/bench/stage'
import type { Task } from './backup-part'

const program = fileURLToPath(new URL('./backup-part.ts', import.meta.url))
const large = {
  mails: Number(process.env.BACKUP_MAILS ?? 1_000_000),
  users: Number(process.env.BACKUP_USERS ?? 100_000),
}
/** What the same takes with next to nothing: whatever is more than that grows with the data. */
const small = { mails: 1_000, users: 100 }

type Settings = Record<string, string>
type Ran = { code: number | null; said: string; seconds: number; peak: number; data: Record<string, unknown> }

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

export async function proveBackup(): Promise<void> {
  for (const kind of kinds.filter(kind => (process.env.BACKUP_DATABASE ?? kind) === kind)) {
    const least = await backedUp(kind, small)
    print({ database: kind, deed: 'backup', ...small, ...least.figures })
    const most = await backedUp(kind, large)
    print({ database: kind, deed: 'backup', ...large, ...most.figures, killed: await killedBackup(most) })
    for (const { file, installation, size } of [least, most]) {
      const keys = installation.APP_KEYS ?? ''
      const { figures } = await admin(['restore', file], await emptyFor(kind, keys))
      const killed = size === large ? await killedRestore(kind, file, keys) : undefined
      print({ database: kind, deed: 'restore', ...size, ...figures, killed })
    }
    await moves(kind, most)
  }
}

/** An installation of a size, and its backup, made while it runs. */
async function backedUp(kind: Kind, size: typeof large) {
  const installation: Settings = { ...(await newInstallation(kind)), DEMO: 'off', INBOX_SMTP_PORT: '0' }
  const part = startPart(program, installation)
  await part.ask({ fill: size } satisfies Task)
  const file = path.join(newFolder('backup'), 'backup.age')
  await part.ask({ watch: true } satisfies Task)
  const { figures, data } = await admin(['backup', file], installation)
  const { longest } = await part.ask<{ longest: number }>({ watched: true } satisfies Task)
  await part.stop()
  return {
    file,
    installation,
    size,
    figures: {
      ...figures,
      megabytes: Math.round(Number(data.bytes) / 1024 / 1024),
      // Milliseconds: the copy of the files, and the longest that a statement waited
      held: data.held ?? undefined,
      longestWait: Math.round(longest),
    },
  }
}

/** Killed while it writes: the backup from before stays, and the next one leaves nothing of the draft. */
async function killedBackup({ file, installation }: Awaited<ReturnType<typeof backedUp>>): Promise<string> {
  const before = readFileSync(file)
  const folder = path.dirname(file)
  const drafts = () => readdirSync(folder).filter(name => name.endsWith('.draft'))
  await killed(['backup', file], installation, () =>
    drafts().some(name => statSync(path.join(folder, name)).size > before.length / 3),
  )
  const left = drafts().length
  if (!readFileSync(file).equals(before)) throw new Error('A killed backup has changed the one before.')
  await admin(['backup', file], installation)
  if (readdirSync(path.dirname(file)).length !== 1)
    throw new Error('The draft of a killed backup is still there.')
  return `the one before stays, ${left} draft removed by the next`
}

/** Killed while it fills: what is left is not started, and is filled by the next. */
async function killedRestore(kind: Kind, file: string, keys: string): Promise<string> {
  const target = await emptyFor(kind, keys)
  await killed(['restore', file], target, begunIn(target))
  if (kind === 'postgres') {
    const { code, said } = await run(['list'], target)
    if (code !== 1 || !said.includes('did not come to its end'))
      throw new Error(`A half restored database was started: ${said}`)
  } else if (!existsSync(path.join(target.DATA_DIR ?? '', 'restoring')))
    throw new Error('It was killed too early, or too late.')
  else if (existsSync(path.join(target.DATA_DIR ?? '', 'pglite')))
    throw new Error('A half restored database lies where a whole one would.')
  await admin(['restore', file], target)
  return 'not started, and restored by the next'
}

/** To the other kind. */
async function moves(
  kind: Kind,
  { installation, size }: Awaited<ReturnType<typeof backedUp>>,
): Promise<void> {
  const keys = installation.APP_KEYS ?? ''
  if (kind === 'embedded') {
    const { DATABASE_URL = '' }: Settings = await newInstallation('postgres')
    await killed(['move-to-postgres', DATABASE_URL], installation, begunIn({ DATABASE_URL }))
    const { figures } = await admin(['move-to-postgres', DATABASE_URL], installation)
    print({
      database: kind,
      deed: 'move-to-postgres',
      ...size,
      ...figures,
      killed: 'not started, and moved by the next',
    })
  } else {
    const target = {
      DATA_DIR: newFolder('data'),
      DATABASE_URL: installation.DATABASE_URL ?? '',
      APP_KEYS: keys,
    }
    await killed(['move-to-embedded'], target, begunIn({ DATA_DIR: target.DATA_DIR }))
    if (existsSync(path.join(target.DATA_DIR, 'pglite')))
      throw new Error('A killed move has left a database.')
    const { figures } = await admin(['move-to-embedded'], target)
    print({
      database: kind,
      deed: 'move-to-embedded',
      ...size,
      ...figures,
      killed: 'not started, and moved by the next',
    })
  }
}

async function emptyFor(kind: Kind, keys: string): Promise<Settings> {
  return { ...(await newInstallation(kind)), DEMO: 'off', APP_KEYS: keys }
}

const print = (line: object) => process.stdout.write(`${JSON.stringify({ proof: 'backup', ...line })}\n`)

/** Runs a command that must succeed. */
async function admin(command: string[], settings: Settings) {
  const ran = await run(command, settings)
  if (ran.code !== 0) throw new Error(`${command[0]} ended with ${ran.code}: ${ran.said}`)
  const { seconds, peak } = ran
  return { data: ran.data, figures: { seconds: Number(seconds.toFixed(1)), peakMegabytes: Math.round(peak) } }
}

/** Runs a command until something is so, and kills it then. */
const killed = (command: string[], settings: Settings, when: () => boolean | Promise<boolean>) =>
  run(command, settings, when)

/** Whether a database is being filled, and has been for a moment. */
function begunIn({ DATABASE_URL, DATA_DIR = '' }: Settings): () => Promise<boolean> {
  let since = 0
  return async () => {
    if (!since && (await isUnfinished(DATABASE_URL, DATA_DIR))) since = Date.now()
    return since > 0 && Date.now() - since > 1_500
  }
}

async function isUnfinished(url: string | undefined, folder: string): Promise<boolean> {
  if (!url) return existsSync(path.join(folder, 'restoring', 'pglite'))
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client
    .query("SELECT to_regnamespace('latchkey_unfinished') IS NOT NULL AS unfinished")
    .finally(() => client.end())
  return rows[0]?.unfinished
}

async function run(
  command: string[],
  settings: Settings,
  killWhen?: () => boolean | Promise<boolean>,
): Promise<Ran> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['scripts/run.mjs', 'admin', ...command, '--json'], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      LATCHKEY_PASSPHRASE: 'four quiet words here',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  let said = ''
  let peak = 0
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  const looking = setInterval(() => {
    peak = Math.max(peak, peakMegabytes(child.pid ?? 0))
  }, 50)
  const ended = once(child, 'close')
  while (killWhen && child.exitCode === null && child.signalCode === null) {
    if (await killWhen()) child.kill('SIGKILL')
    await pause(100)
  }
  const [code] = (await ended) as [number | null]
  clearInterval(looking)
  if (killWhen && code !== null) throw new Error(`${command[0]} was quicker than its end: ${said}`)
  children.delete(child)
  const last = said.trim().split('\n').at(-1) ?? ''
  const data = code === 0 && last.startsWith('{') ? JSON.parse(last) : {}
  return { code, said, seconds: (performance.now() - begun) / 1000, peak, data }
}

/** The most that a process has held until now (Linux). */
function peakMegabytes(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
