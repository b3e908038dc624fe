// A worker: wakes for due mails, shows that it lives, and looks after the mails of workers that do not.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { now } from '@/lib/clock'
import { type Database, db, type Tx, transaction } from '@/lib/db'
import { log } from '@/lib/log'
import { work } from '@/lib/queue'
import { dispatch } from './dispatch'
import { requeue } from './outbound-mail'
import { retryDelay } from './retry-policy'

const lanes = 5
const heartbeatMilliseconds = 2_000
/** Without a heartbeat for so long a worker counts as dead. By the database's clock, which all share. */
const deadAfterSeconds = 10

export type OutboxWorker = { id: string; stop(): Promise<void> }

/** Starts sending. The queue must be started. */
export async function startWorker(database: Database): Promise<OutboxWorker> {
  const id = randomUUID()
  const inHand = new Set<string>()
  // An embedded database has one process: whoever was here before is gone.
  if (database.kind === 'pglite')
    await db().worker.updateMany({ data: { stoppedAt: now() }, where: { stoppedAt: null } })
  await db().$executeRaw`
    INSERT INTO "Worker" (id, host, "processId", "startedAt", "heartbeatAt")
    VALUES (${id}::uuid, ${hostname()}, ${process.pid}, now(), now())`
  await takeOver(id, inHand)
  await work<{ mailId: string }>('outbox', lanes, async ({ mailId }) => {
    inHand.add(mailId)
    try {
      await dispatch(mailId, id)
    } catch (error) {
      log.error({ mailId, error: String(error) }, 'delivery attempt broke off')
    } finally {
      inHand.delete(mailId)
    }
  })
  const timer = setInterval(() => void beat(id, inHand), heartbeatMilliseconds)
  return {
    id,
    async stop() {
      clearInterval(timer)
      await db().$executeRaw`UPDATE "Worker" SET "stoppedAt" = now() WHERE id = ${id}::uuid`
    },
  }
}

/** Whether any worker is alive to send mail. */
export async function workerAlive(): Promise<boolean> {
  const [row] = await db().$queryRaw<{ alive: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM "Worker"
      WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${deadAfterSeconds}::int)
    ) AS alive`
  return row?.alive ?? false
}

async function beat(id: string, inHand: Set<string>): Promise<void> {
  try {
    await db()
      .$executeRaw`UPDATE "Worker" SET "heartbeatAt" = now(), "stoppedAt" = NULL WHERE id = ${id}::uuid`
    await takeOver(id, inHand)
  } catch (error) {
    log.warn({ error: String(error) }, 'the worker could not reach the database')
  }
}

/**
 * Puts back into the queue: mails of dead workers, mails that this worker dropped (its database was
 * away), and mails that are overdue because their job was lost.
 */
export async function takeOver(workerId: string, inHand: ReadonlySet<string> = new Set()): Promise<number> {
  const stranded = await db().$queryRaw<Stranded[]>`
    SELECT mail.id, mail."workerId" FROM "OutboundMail" mail
    LEFT JOIN "Worker" worker ON worker.id = mail."workerId"
    WHERE mail.state = 'sending' AND (
      worker.id IS NULL OR worker.id = ${workerId}::uuid OR worker."stoppedAt" < now() - interval '5 seconds'
      OR worker."heartbeatAt" < now() - make_interval(secs => ${deadAfterSeconds}::int)
    )
    LIMIT 500`
  const overdue = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM "OutboundMail"
    WHERE state IN ('queued', 'deferred', 'uncertain') AND "dueAt" < now() - interval '30 seconds'
      AND NOT EXISTS (SELECT 1 FROM "OutboxControl" WHERE "pausedAt" IS NOT NULL)
    LIMIT 500`
  const lost = stranded.filter(({ id }) => !inHand.has(id))
  for (const mail of lost) await transaction(tx => release(tx, mail))
  for (const { id } of overdue) await transaction(tx => requeue(tx, id))
  if (lost.length > 0) log.warn({ mails: lost.length }, 'took over mails that a worker had left')
  return lost.length
}

type Stranded = { id: string; workerId: string | null }

/**
 * Ends the attempt that nobody is making any more, and makes the mail due again. Only if it still belongs
 * to the worker that was found dead: another may have taken it over meanwhile, and be sending it.
 */
async function release(tx: Tx, { id, workerId }: Stranded): Promise<void> {
  const [mail] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "OutboundMail"
    WHERE id = ${id}::uuid AND state = 'sending' AND "workerId" IS NOT DISTINCT FROM ${workerId}::uuid
    FOR UPDATE SKIP LOCKED`
  if (!mail) return
  const attempt = await tx.deliveryAttempt.findFirst({
    where: { mailId: id, outcome: 'running' },
    orderBy: { number: 'desc' },
  })
  // The content was on its way: the server may have taken it. That is said, not guessed.
  const uncertain = attempt?.phase === 'data'
  if (attempt)
    await tx.deliveryAttempt.update({
      where: { id: attempt.id },
      data: {
        outcome: uncertain ? 'uncertain' : 'interrupted',
        cause: uncertain ? 'outcome-uncertain' : null,
        endedAt: now(),
      },
    })
  await tx.outboundMail.update({
    where: { id },
    data: {
      state: uncertain ? 'uncertain' : 'queued',
      cause: uncertain ? 'outcome-uncertain' : null,
      workerId: null,
    },
  })
  // At once, unless it breaks off again and again: then whatever breaks it is given time.
  const number = attempt?.number ?? 1
  const pause = number > 1 ? retryDelay(number - 1, 'interrupted') : 0
  await requeue(tx, id, new Date(now().getTime() + pause))
}
