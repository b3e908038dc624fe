// Everything that runs beside the web server: database, migrations, keys, first data, queue, worker, inbox.
import { setTimeout } from 'node:timers/promises'
import { tidyEmailKeys } from '@/domain/accounts/email-keys'
import { answerLinkRequests } from '@/domain/accounts/password-reset'
import { setupToken } from '@/domain/accounts/setup'
import { portIsFree, startInbox } from '@/domain/inbox/inbox'
import { acceptKeyring } from '@/domain/keys/known-keys'
import { workRetryRuns } from '@/domain/mail-log/retry-run'
import { startRetention } from '@/domain/outbox/clean-up-hourly'
import { landingPage, templates } from '@/domain/outbox/compose'
import { type OutboxWorker, startWorker } from '@/domain/outbox/worker'
import { type Database, holdDatabase, openPostgres } from '@/lib/db'
import { env } from '@/lib/env'
import { holdKeyring, Keyring, KeyringError } from '@/lib/keyring'
import { readKeysFile, writeKeysFile } from '@/lib/keys-file'
import { log } from '@/lib/log'
import { migrate } from '@/lib/migrations'
import { startQueue, stopQueue } from '@/lib/queue'
import { setWaitingFor } from '@/lib/readiness'
import { StartRefused } from '@/lib/start-refused'
import { pointAtInbox, seedDemo } from '@/prisma/seed'
import { bootstrap, type Running } from './bootstrap'
import { cleaners } from './cleaners'
import { answerCommands } from './command-socket'

export type Parts = { worker: boolean; web: boolean }

/** Starts the parts. A database that is away is waited for, with `/readyz` saying so. */
export function boot(parts: Parts): Promise<Running> {
  const { begun, begin } = bootstrap()
  begin(start(parts))
  return begun
}

async function start(parts: Parts): Promise<Running> {
  const database = await openDatabase()
  const { firstData, inbox, worker } = await persistently(database, async () => {
    // Nodes that start together do this one after the other; the second finds nothing to do.
    const firstData = await database.alone(() => prepare(database, parts))
    const inbox = parts.web && env().inboxSmtpPort > 0 ? await openInbox() : null
    if (inbox && firstData.demo) await pointAtInbox(inbox.port)
    await startQueue(database, parts.worker)
    return { firstData, inbox, worker: parts.worker ? await startWorking(database) : null }
  })
  const closeDoor =
    database.kind === 'pglite'
      ? await answerCommands(env().dataDir, async (name, args) =>
          (await import('./commands')).runCommand(name, args),
        )
      : () => {}
  setWaitingFor(null)
  if (worker) setImmediate(templates)
  return {
    setupLink: firstData.setupLink,
    inboxPort: inbox?.port ?? null,
    async stop() {
      closeDoor()
      await worker?.stop().catch(() => {})
      await stopQueue(3_500)
      await inbox?.stop()
      holdDatabase(null)
      await database.close()
    },
  }
}

/** Opens the database for one command: migrated, with its keys, and nothing running. @returns what closes it */
export async function openForCommand(): Promise<() => Promise<void>> {
  const database = await openDatabase()
  await database.alone(() => prepare(database, { worker: false, web: false }))
  return () => database.close()
}

async function openDatabase(): Promise<Database> {
  setWaitingFor('the database')
  const { databaseUrl, dataDir } = env()
  // What is not used is not loaded: it would only take memory.
  const database = databaseUrl
    ? openPostgres(databaseUrl)
    : await (await import('@/lib/embedded')).openEmbedded(dataDir)
  holdDatabase(database)
  return database
}

/** A server may be away while we start; it will be back. What only the operator can mend ends the start. */
async function persistently<T>(database: Database, work: () => Promise<T>): Promise<T> {
  for (let pause = 500; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StartRefused || database.kind === 'pglite') throw error
      log.warn({ error: String(error) }, 'waiting for the database')
      await setTimeout(pause)
    }
  }
}

async function startWorking(database: Database): Promise<OutboxWorker> {
  const worker = await startWorker(database)
  await answerLinkRequests()
  await workRetryRuns()
  const endRetention = startRetention(cleaners)
  return {
    ...worker,
    async stop() {
      await Promise.all([endRetention(), worker.stop()])
    },
  }
}

async function prepare(database: Database, parts: Parts) {
  const applied = await migrate(database)
  if (applied.length > 0) log.info({ applied }, 'migrated')
  await loadKeyring(database)
  await tidyEmailKeys()
  // Data of an installation comes with its web server; a worker alone finds it there.
  const demo = parts.web && env().demo
  if (demo) await seedDemo()
  const token = parts.web && !demo ? await setupToken() : null
  return { demo, setupLink: token && landingPage('setup', token) }
}

/**
 * Loads the keys and makes sure they are the ones this database was used with. A new key is made only
 * for a database that has never seen one: anything else would make stored secrets unreadable for good.
 */
export async function loadKeyring(database: Database): Promise<void> {
  const { appKeys, dataDir } = env()
  let list = appKeys ?? readKeysFile(dataDir)
  if (!list) {
    if ((await database.prisma.keyringKey.count()) > 0)
      throw new KeyringError(
        `The keys of this database are missing: put the file "keys" back into ${dataDir}, or set APP_KEYS. Nothing was changed.`,
      )
    list = Keyring.generate()
    writeKeysFile(dataDir, list)
  }
  const keyring = Keyring.parse(list)
  await acceptKeyring(database.prisma, keyring)
  holdKeyring(keyring)
}

/** On the usual port, or on any free one while nobody asked for a certain one. */
async function openInbox() {
  const port = env().inboxSmtpPort
  if (await portIsFree(port)) return startInbox(port)
  if (env().inboxPortChosen)
    throw new StartRefused(
      `INBOX_SMTP_PORT ${port} is in use by another program: choose a free port, or 0 for no inbox.`,
    )
  return startInbox(0)
}
