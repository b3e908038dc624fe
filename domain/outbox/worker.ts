// A worker: wakes for due mails, shows that it lives, and looks after the mails of workers that do not.
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { type Database, db, type Tx } from '@/lib/db'
import { log } from '@/lib/log'
import { Dispatcher } from './dispatcher'
import { channel } from './outbound-mail'
import { deadAfterSeconds, endExpired, takeOver } from './take-over'

const heartbeatMilliseconds = 2_000
export type OutboxWorker = {
  id: string
  /** Takes no more mails, and ends what is under way, for at most so many milliseconds */
  stop(milliseconds?: number): Promise<void>
}

/** Starts sending. */
export async function startWorker(database: Database): Promise<OutboxWorker> {
  const id = randomUUID()
  // An embedded database has one process: whoever was here before is gone, and long enough.
  if (database.kind === 'pglite')
    await db()
      .$executeRaw`UPDATE "Worker" SET "stoppedAt" = now() - interval '1 minute' WHERE "stoppedAt" IS NULL`
  await db().$executeRaw`
    INSERT INTO "Worker" (id, host, "processId", "startedAt", "heartbeatAt")
    VALUES (${id}::uuid, ${hostname()}, ${process.pid}, now(), now())`
  const dispatcher = new Dispatcher(id)
  await beat(dispatcher)
  const endListening = await database.listen(channel, () => dispatcher.wake())
  dispatcher.start()
  let beating: Promise<void> | null = null
  const timer = setInterval(() => {
    beating ??= beat(dispatcher).finally(() => {
      beating = null
    })
  }, heartbeatMilliseconds)
  return {
    id,
    async stop(milliseconds = 3_500) {
      // A mail that takes longer is left: another worker finds it, and says that its end is not known.
      await Promise.race([dispatcher.stop(), setTimeout(milliseconds, null, { ref: false })])
      clearInterval(timer)
      await beating
      await endListening()
      await db().$executeRaw`UPDATE "Worker" SET "stoppedAt" = now() WHERE id = ${id}::uuid`
    },
  }
}

/** Whether any worker is alive to send mail. */
export async function workerAlive(tx: Tx = db()): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ alive: boolean }[]>`
    SELECT EXISTS (
      SELECT 1 FROM "Worker"
      WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${deadAfterSeconds}::int)
    ) AS alive`
  return row?.alive ?? false
}

/** Shows that the worker lives, finds out who else does, and sees to what nobody looks after. */
async function beat(dispatcher: Dispatcher): Promise<void> {
  const { workerId, ledger } = dispatcher
  try {
    await db()
      .$executeRaw`UPDATE "Worker" SET "heartbeatAt" = now(), "stoppedAt" = NULL WHERE id = ${workerId}::uuid`
    const alive = await db().$queryRaw<{ id: string }[]>`
      SELECT id FROM "Worker"
      WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${deadAfterSeconds}::int) ORDER BY id`
    const number = alive.findIndex(({ id }) => id === workerId)
    dispatcher.shareWith(Math.max(0, number), Math.max(1, alive.length))
    dispatcher.makeDue()
    const found = (await takeOver(workerId, ledger.inHand)) + (await endExpired())
    if (found > 0) dispatcher.wake()
  } catch (error) {
    log.warn({ error: String(error) }, 'the worker could not reach the database')
  }
}
