// Everything that runs beside the web server: database, migrations, keys, first data, queue, worker, inbox.
import { setTimeout } from 'node:timers/promises'
import { publicAccounts, shutPublicAccounts } from '@/domain/accounts/demo-accounts'
import { tidyEmailKeys } from '@/domain/accounts/email-keys'
import { answerLinkRequests } from '@/domain/accounts/password-reset'
import { mailSetupLink, setupToken } from '@/domain/accounts/setup'
import { workUserImports } from '@/domain/accounts/user-import'
import { workUserRuns } from '@/domain/accounts/user-run'
import { quickenSearch } from '@/domain/accounts/user-trigrams'
import { workAlarms } from '@/domain/alarms/alarm-work'
import { portIsFree, startInbox } from '@/domain/inbox/inbox'
import { acceptKeyring } from '@/domain/keys/known-keys'
import { workRetryRuns } from '@/domain/mail-log/retry-run'
import { isInEarnest, knowInbox } from '@/domain/mail-server/in-use'
import { ofInstallation } from '@/domain/mail-server/scope'
import { startRetention } from '@/domain/outbox/clean-up-hourly'
import { templates } from '@/domain/outbox/compose'
import { landingPage } from '@/domain/outbox/landing-page'
import { type OutboxWorker, startWorker } from '@/domain/outbox/worker'
import { startTelling } from '@/domain/webhooks/delivering'
import { type Database, holdDatabase, openPostgres } from '@/lib/db'
import { isAway, refusedByDatabase } from '@/lib/db-errors'
import { env } from '@/lib/env'
import { holdKeyring, Keyring, KeyringError } from '@/lib/keyring'
import { readKeysFile, writeKeysFile } from '@/lib/keys-file'
import { log } from '@/lib/log'
import { migrate, unknownMigrations } from '@/lib/migrations'
import { refusePooler } from '@/lib/pooler'
import { startQueue, stopQueue } from '@/lib/queue'
import { setWaitingFor } from '@/lib/readiness'
import { refuseUnfinished } from '@/lib/restoring'
import { StartRefused } from '@/lib/start-refused'
import { pointAtInbox, seedDemo } from '@/prisma/seed'
import { bootstrap, type Running } from './bootstrap'
import { cleaners } from './cleaners'
import { answerCommands } from './command-socket'
import { applyDeclared } from './declared/apply'
import { type Declared, readDeclared } from './declared/config-file'

export type Parts = { worker: boolean; web: boolean }

/** Starts the parts. A database that is away is waited for, with `/readyz` saying so. */
export function boot(parts: Parts): Promise<Running> {
  const { begun, begin } = bootstrap()
  begin(start(parts))
  return begun
}

async function start(parts: Parts): Promise<Running> {
  // Before anything is opened: what is wrong there is told at once.
  const declared = parts.web ? await readDeclared() : null
  const database = await openDatabase()
  try {
    return await persistently(database, () => startParts(database, parts, declared))
  } catch (error) {
    holdDatabase(null)
    await database.close()
    throw error
  }
}

/** Starts all that stands on the database. When one part does not start, those before it are stopped again. */
async function startParts(database: Database, parts: Parts, declared: Declared | null): Promise<Running> {
  const opened: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close().catch(() => {})
  }
  try {
    const { databaseUrl } = env()
    if (databaseUrl) await refusePooler(databaseUrl)
    // Nodes that start together do this one after the other; the second finds nothing to do.
    const firstData = await database.alone(() => prepare(database, parts, declared))
    const inbox = parts.web && env().inboxSmtpPort > 0 ? await openInbox() : null
    if (inbox) opened.push(() => inbox.stop())
    if (inbox) await knowInbox()
    if (inbox && firstData.demo) await pointAtInbox(inbox.port)
    opened.push(() => stopQueue(3_000))
    await startQueue(database, parts.worker)
    const worker = parts.worker ? await startWorking(database) : null
    if (worker) opened.push(() => worker.stop(0))
    if (database.kind === 'pglite') {
      const closeDoor = await answerCommands(env().dataDir, async (name, args) =>
        (await import('./commands')).runCommand(name, args),
      )
      opened.push(async () => closeDoor())
    }
    setWaitingFor(null)
    if (worker) setImmediate(templates)
    const { setupLink, setupMailedTo, demoAccounts } = firstData
    return {
      setupLink,
      setupMailedTo,
      demoAccounts,
      inboxPort: inbox?.port ?? null,
      async stop(alongside) {
        await Promise.all([worker?.stop(env().shutdownSeconds * 1_000).catch(() => {}), alongside])
        await closeAll()
        holdDatabase(null)
        await database.close()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Opens the database as it is, for whoever only looks: nothing is migrated, and no key is made. */
export const openAsItIs = (): Promise<Database> => openDatabase()

/** Opens the database for one command: migrated, with its keys, and nothing running. @returns what closes it */
export async function openForCommand(): Promise<() => Promise<void>> {
  const database = await openDatabase()
  await database.alone(() => prepare(database, { worker: false, web: false }, null))
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

/**
 * A server may be away while we start; it will be back. Only that is waited for: what does not go by itself
 * ends the start.
 */
async function persistently<T>(database: Database, work: () => Promise<T>): Promise<T> {
  for (let pause = 500; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StartRefused || database.kind === 'pglite') throw error
      if (!isAway(error)) throw refusedByDatabase(error) ?? error
      log.warn({ error: String(error) }, 'waiting for the database')
      await setTimeout(pause)
    }
  }
}

async function startWorking(database: Database): Promise<OutboxWorker> {
  const worker = await startWorker(database)
  await answerLinkRequests()
  await workRetryRuns()
  await workUserRuns()
  await workUserImports()
  const endAlarms = await workAlarms()
  const endRetention = startRetention(cleaners)
  const endTelling = startTelling()
  let stopping: Promise<unknown> | undefined
  return {
    ...worker,
    async stop(milliseconds) {
      stopping ??= Promise.all([endRetention(), endTelling(), endAlarms(), worker.stop(milliseconds)])
      await stopping
    },
  }
}

async function prepare(database: Database, parts: Parts, declared: Declared | null) {
  await refuseUnfinished(database)
  const applied = await migrate(database)
  if (applied.length > 0) log.info({ applied }, 'migrated')
  const newer = await unknownMigrations(database)
  if (newer.length > 0)
    log.warn(
      { newer },
      'The database is of a newer version. This one works on it while nodes are replaced, and is not meant to stay.',
    )
  await loadKeyring(database)
  await tidyEmailKeys()
  await quickenSearch()
  // Data of an installation comes with its web server; a worker alone finds it there.
  const demo = parts.web && env().demo
  if (demo) await seedDemo()
  else if (parts.web) await shutDemo()
  if (declared) await applyDeclared(declared)
  const token = parts.web && !demo ? await setupToken() : null
  const { adminEmail } = env()
  const mailed =
    token &&
    adminEmail &&
    (await isInEarnest(database.prisma, ofInstallation)) &&
    (await mailSetupLink(adminEmail))
  return {
    demo,
    demoAccounts: demo ? await publicAccounts() : [],
    // Whoever reads the log need not read what somebody else was sent.
    setupLink: mailed ? null : token && landingPage('setup', token),
    setupMailedTo: mailed ? adminEmail : null,
  }
}

async function shutDemo(): Promise<void> {
  const accounts = await shutPublicAccounts()
  if (accounts.length > 0)
    log.warn(
      { accounts },
      'The demo is off here, so its accounts with a public password are shut: nobody can sign in to them until they get another one. Delete them, or reset their passwords.',
    )
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
