// What a benchmark needs around it: a temporary folder, a PostgreSQL, child processes; and that nothing
// of it is left, however the run ends.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@/e2e/fixtures/app'
import { type Postgres, startPostgres } from '@/lib/testing/postgres'
import { endWith } from '@/server/end-with'

/** Where Latchkey keeps its data: in the process itself, or in PostgreSQL. */
export type Kind = 'embedded' | 'postgres'
export const kinds: Kind[] = ['embedded', 'postgres']

const children = new Set<ChildProcess>()
let folder = ''
let postgres: Promise<Postgres> | undefined
let databases = 0

/** Call once, before anything else here. */
export function onStage(): void {
  folder = mkdtempSync(path.join(tmpdir(), 'latchkey-bench-'))
  process.once('exit', () => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  })
  endWith(clearStage)
}

/** Ends whatever still runs, and removes all files. */
export async function clearStage(): Promise<void> {
  await Promise.all([...children].map(child => end(child, 'SIGKILL')))
  await (await postgres?.catch(() => undefined))?.stop()
  postgres = undefined
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** A new folder of this run. */
export const newFolder = (name: string): string => mkdtempSync(path.join(folder, `${name}-`))

/** The environment of an installation that nobody has used yet. */
export async function newInstallation(kind: Kind): Promise<Record<string, string>> {
  const settings = {
    DATA_DIR: newFolder('data'),
    APP_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    DEMO: 'on',
  }
  if (kind === 'embedded') return settings
  // With commits that wait for the disk, as in production.
  postgres ??= startPostgres({ durable: true })
  databases += 1
  return { ...settings, DATABASE_URL: await (await postgres).create(`bench_${databases}`) }
}

/** Only what is named here: nothing of this shell changes what is measured. */
const environment = (settings: Record<string, string>) =>
  ({
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    // A server that npm started ends with the process that started it.
    npm_lifecycle_event: 'start',
    ...settings,
  }) as NodeJS.ProcessEnv

function keep(child: ChildProcess): ChildProcess {
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

export type Server = {
  url: string
  pid: number
  /** From the start of the process to its first answer with 200 */
  seconds: number
  stop(): Promise<void>
}

/** Starts a web server and waits until `ready`, a path, is answered with 200. It finds its port in PORT. */
export async function startServer(
  command: string[],
  ready: string,
  settings: Record<string, string> = {},
  cwd?: string,
): Promise<Server> {
  const port = String(await freePort())
  const url = `http://localhost:${port}`
  const begun = performance.now()
  const child = keep(
    spawn(process.execPath, command, {
      cwd,
      env: environment({ PORT: port, ...settings }),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', chunk => {
      said = (said + chunk).slice(-5_000)
    })
  while (!(await answers(`http://127.0.0.1:${port}${ready}`))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`A server ended before it was ready:\n${said}`)
    if (performance.now() - begun > 60_000) throw new Error(`A server was not ready after 60 s:\n${said}`)
    await pause(10)
  }
  const seconds = (performance.now() - begun) / 1000
  return { url, pid: child.pid ?? 0, seconds, stop: () => end(child, 'SIGTERM') }
}

const answers = (url: string) =>
  fetch(url)
    .then(async response => {
      await response.arrayBuffer()
      return response.status === 200
    })
    .catch(() => false)

/** Latchkey as `npm start` starts it. */
export async function startLatchkey(installation: Record<string, string>): Promise<Server> {
  const inboxPort = String(await freePort())
  return startServer(['--max-semi-space-size=4', 'scripts/start.mjs'], '/readyz', {
    INBOX_SMTP_PORT: inboxPort,
    ...installation,
  })
}

/** Runs a program in TypeScript that answers each message with one. */
export function startPart(program: string, settings: Record<string, string> = {}) {
  const child = keep(
    fork(program, {
      execArgv: ['--import', 'tsx'],
      env: environment({ LOG_LEVEL: 'warn', ...settings }),
      stdio: ['ignore', process.stderr, 'inherit', 'ipc'],
    }),
  )
  return {
    async ask<Answer>(message: object): Promise<Answer> {
      const waiting = new AbortController()
      child.send(message)
      try {
        return await Promise.race([
          once(child, 'message', waiting).then(([answer]) => answer as Answer),
          once(child, 'exit', waiting).then(([code]) => {
            throw new Error(`${path.basename(program)} ended with ${code}.`)
          }),
        ])
      } finally {
        waiting.abort()
      }
    },
    stop: () => end(child, 'SIGTERM'),
  }
}
