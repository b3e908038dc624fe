// A node of the installation as a process of its own, to be killed at any moment: it queues mails and says
// which are committed, and sends them if it is started as a worker.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { administrator } from '@/domain/accounts/testing/people'
import type { AlarmInput } from '@/domain/alarms/alarm-item'
import { takeAlarms } from '@/domain/alarms/intake'
import { type RuleInput, saveRule } from '@/domain/alarms/rules'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { type MailOrder, queueMails } from '@/domain/outbox/outbound-mail'
import { startWorker } from '@/domain/outbox/worker'
import { createTenant } from '@/domain/tenancy/tenants'
import { nobody, type Viewer } from '@/domain/viewer'
import { db, holdDatabase, openPostgres, transaction } from '@/lib/db'
import { env } from '@/lib/env'
import { holdKeyring, Keyring, keyring } from '@/lib/keyring'
import { boot } from '@/server/boot'

type Connect = { port: number; timeoutSeconds: number; maxConnections: number; standby?: boolean }

/** What a node can be asked to do, and what it answers. */
export type NodeTasks = {
  /** Makes this the mail server of the installation, or one that stands by. */
  connect: { task: Connect; answer: null }
  /** Queues mails, so many in each transaction. Those that are committed are told one by one. */
  queue: { task: { mails: number; each: number; minutes?: number; expiresAt?: string }; answer: null }
  /** Goes on queueing until it is told to stop, whatever becomes of the database. */
  keepQueueing: { task: { each: number; pause: number }; answer: null }
  stopQueueing: { task: object; answer: null }
  /** Makes tenants, each with the rules. */
  makeRules: { task: { tenants: number; rules: RuleInput[] }; answer: string[] }
  /** Hands alarms in, so many in each call, for one tenant after the other: whatever is refused, until it is taken. */
  handIn: {
    task: { tenantIds: string[]; alarms: AlarmInput[]; each: number; seconds: number }
    answer: null
  }
  sql: { task: { text: string }; answer: Record<string, unknown>[] }
}
export type NodeEvent = { taken: number[] } | { committed: string[] } | { loaded: true } | { ready: true }

const tell = (event: NodeEvent) => process.send?.({ event })
let queueing = false
let viewer: Viewer | undefined

const tasks: {
  [Name in keyof NodeTasks]: (task: NodeTasks[Name]['task']) => Promise<NodeTasks[Name]['answer']>
} = {
  async connect({ port, timeoutSeconds, maxConnections, standby = false }) {
    viewer ??= await administrator()
    await connectMailServer(viewer, { host: '127.0.0.1', port }, { timeoutSeconds }, {}, standby)
    await db().mailServer.updateMany({ data: { maxConnections } })
    return null
  },
  async queue({ mails, each, minutes = 4320, expiresAt }) {
    const until = expiresAt ? new Date(expiresAt) : new Date(Date.now() + minutes * 60_000)
    for (let at = 0; at < mails; at += each) await commit(Math.min(each, mails - at), until)
    return null
  },
  async keepQueueing({ each, pause: between }) {
    queueing = true
    void (async () => {
      while (queueing) {
        // Whoever is told that it failed asks again.
        await commit(each, new Date(Date.now() + 4320 * 60_000)).catch(() => {})
        await pause(between)
      }
    })()
    return null
  },
  async stopQueueing() {
    queueing = false
    return null
  },
  async makeRules({ tenants, rules }) {
    viewer ??= await administrator()
    const tenantIds: string[] = []
    for (let number = 1; number <= tenants; number++) {
      const tenantId = await createTenant(viewer, `Tenant ${number}`)
      for (const rule of rules) await saveRule(viewer, rule, { tenantId })
      tenantIds.push(tenantId)
    }
    return tenantIds
  },
  async handIn({ tenantIds, alarms, each, seconds }) {
    const who = viewer ?? (await administrator())
    const begun = performance.now()
    for (let at = 0; at < alarms.length; at += each) {
      const items = alarms.slice(at, at + each)
      const tenantId = tenantIds[(at / each) % tenantIds.length]
      // Whoever has no answer does not know whether they were taken, and asks again.
      while (!(await isTaken(who, items, tenantId))) await pause(100)
      tell({ taken: items.map((_, index) => at + index) })
      const due = begun + (seconds * 1_000 * (at + each)) / alarms.length
      await pause(Math.max(0, due - performance.now()))
    }
    return null
  },
  sql: ({ text }) => db().$queryRawUnsafe(text),
}

const isTaken = (who: Viewer, items: AlarmInput[], tenantId: string | undefined) =>
  takeAlarms(who, items, { tenantId }).then(
    ({ accepted }) => accepted === items.length,
    () => false,
  )

/** The worker of the outbox and nothing else: it starts quickly. */
async function startSender(): Promise<{ stop(): Promise<void> }> {
  const { databaseUrl, appKeys } = env()
  const database = openPostgres(databaseUrl ?? '')
  holdDatabase(database)
  holdKeyring(Keyring.parse(appKeys ?? ''))
  return startWorker(database)
}

async function commit(mails: number, expiresAt: Date): Promise<void> {
  const orders = Array.from({ length: mails }, (_, number) => order(number, expiresAt))
  const committed = await transaction(tx => queueMails(tx, orders))
  tell({ committed })
}

const order = (number: number, expiresAt: Date): MailOrder => ({
  kind: 'activation',
  parameters: { name: 'Anna Example', invitedBy: 'Tenant Administrator', expiresAt: expiresAt.toISOString() },
  recipient: `anna.${number}@example.org`,
  locale: 'en',
  expiresAt,
  link: { tokenId: randomUUID(), keyId: keyring().ids[0] ?? '', path: 'activate' },
  requestedBy: nobody('127.0.0.1'),
})

process.on('disconnect', () => process.exit())
// It lives for as long as whoever started it listens.
process.channel?.ref()
// Loading takes longer than all the rest, and can be done in advance.
await import('@/emails')
tell({ loaded: true })
await once(process, 'message')
const role = process.argv[2]
const running =
  role === 'sender' ? await startSender() : await boot({ worker: role === 'worker', web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))
process.on('message', async ({ id, ask, ...task }: { id: number; ask: keyof NodeTasks }) => {
  try {
    process.send?.({ id, answer: await tasks[ask](task as never) })
  } catch (error) {
    process.send?.({ id, error: String(error) })
  }
})
tell({ ready: true })
