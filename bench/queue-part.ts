// A process with a queue of so many mails: what a claim takes, what reading the outbox for its page takes, and
// how much memory it holds after it has sent some.
import { setTimeout as pause } from 'node:timers/promises'
import { listMails } from '@/domain/mail-log/mail-list'
import { claimMails } from '@/domain/outbox/claim'
import { Ledger } from '@/domain/outbox/ledger'
import { startWorker } from '@/domain/outbox/worker'
import { database, db } from '@/lib/db'
import { median } from './figure'
import { startSending } from './sending'

export type QueueResult = { claimMilliseconds: number; listMilliseconds: number; megabytes: number }

const perClaim = 100
const rounds = 60

const { viewer, server, received } = await startSending({ worker: false, quiet: true })

process.on('message', async ({ mails }: { mails: number }) => {
  await fill(mails)
  const claimMilliseconds = await claims()
  const listMilliseconds = await medianOf(rounds, () => listMails(viewer, {}))
  process.send?.({ claimMilliseconds, listMilliseconds, megabytes: await memory() } satisfies QueueResult)
})

/** Straight into the table, from fifty tenants: through the domain function a million take a minute. */
async function fill(mails: number): Promise<void> {
  // No statement may take longer than half a minute.
  for (let first = 1; first <= mails; first += 100_000)
    await db().$executeRaw`
    INSERT INTO "OutboundMail" (id, "messageId", kind, recipient, "tenantId", "tenantKey", rank, locale, parameters, "createdAt", "dueAt", "expiresAt")
    SELECT id, '<' || id || '@localhost>', 'password-changed', 'anna.' || n || '@example.org', tenant, tenant, 2, 'en',
      '{"name": "Anna", "changedAt": "2026-01-01T00:00:00Z"}'::jsonb, now(), now(), now() + interval '1 day'
    FROM generate_series(${first}::int, ${Math.min(mails, first + 99_999)}::int) n,
      LATERAL (SELECT uuidv7() AS id, md5((n % 50)::text)::uuid AS tenant) made`
  // What filling has left to be done would be done while something is measured.
  await db().$executeRawUnsafe('VACUUM ANALYZE "OutboundMail"')
  await db().$executeRawUnsafe('CHECKPOINT')
}

/** Each claim is put back, so that all find the same queue. */
async function claims(): Promise<number> {
  const workerId = crypto.randomUUID()
  const ledger = new Ledger(workerId)
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { revision } = await db().outboxControl.findFirstOrThrow()
    const begun = performance.now()
    const mails = await claimMails({
      workerId,
      revision,
      version: { id: server.versionId, name: server.name },
      limit: perClaim,
    })
    times.push(performance.now() - begun)
    if (mails?.length !== perClaim) throw new Error(`${mails?.length} mails were claimed.`)
    await ledger.putBack(mails)
  }
  return median(times.slice(10))
}

/** After about a thousand mails, with the garbage gone as far as a moment of rest lets it. */
async function memory(): Promise<number> {
  const open = database()
  if (!open) throw new Error('The database is closed.')
  const worker = await startWorker(open)
  while ((await received()) < 900) await pause(5)
  await worker.stop()
  await pause(2_000)
  return process.memoryUsage().rss / 1024 / 1024
}

async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let round = 0; round < times; round++) {
    const begun = performance.now()
    await work()
    taken.push(performance.now() - begun)
  }
  return median(taken.slice(5))
}
