// The background queue: pg-boss on the same database, so that a job commits with what caused it.
// A job only says "look at this row now": what is true stands in the row, so a lost or doubled job does no harm.
import { fromPrisma, type Job, PgBoss } from 'pg-boss'
import { type Database, db, type Tx } from './db'
import { perProcess } from './global'
import { GroupCommit } from './group-commit'
import { log } from './log'

export type QueueName = 'link-requests' | 'retry-runs' | 'user-runs' | 'user-imports' | 'alarms'

const names: QueueName[] = ['link-requests', 'retry-runs', 'user-runs', 'user-imports', 'alarms']
const held = perProcess<{ boss: PgBoss | null }>('queue', () => ({ boss: null }))

/**
 * Connects this process to the queue of a database and makes the queues if they are missing.
 * @param working whether this process also works jobs and looks after the queue's tables
 */
export async function startQueue(database: Database, working: boolean): Promise<void> {
  const boss = new PgBoss({
    ...database.queue,
    schedule: false,
    supervise: working,
    useListenNotify: working,
  })
  boss.on('error', error => log.warn({ error: error.message }, 'queue'))
  await boss.start()
  for (const name of names) {
    const options = {
      retryLimit: 3,
      retryDelay: 5,
      retryBackoff: true,
      expireInSeconds: 600,
      deleteAfterSeconds: 3600,
    }
    if (!(await boss.getQueue(name))) await boss.createQueue(name, { ...options, notify: true })
    // pg-boss looks a queue up when it is first used. On PGlite that look-up would wait for the
    // transaction that it happens in, and the transaction for it; so it happens here.
    await boss.findJobs(name, { key: 'none' })
  }
  held.boss = boss
}

/**
 * Adds a job inside a transaction; with the commit, and only then, a worker is woken.
 * @param options.startAfter not before this time; `options.priority` higher goes first
 */
export async function enqueue(
  tx: Tx,
  name: QueueName,
  data: object,
  options: { startAfter?: Date; priority?: number } = {},
): Promise<void> {
  if (!held.boss) throw new Error('The queue is not started yet.')
  await held.boss.send(name, data, { ...options, db: fromPrisma(tx) })
}

/** Of each queue, what is added by itself and at the same time. */
const together = new Map<QueueName, GroupCommit<{ data: object; priority?: number }, void>>()

/**
 * Adds a job with which nothing else is to commit. Those that are added at the same time share a statement.
 * @returns once it is committed
 */
export function enqueueAlone(name: QueueName, data: object, priority?: number): Promise<void> {
  const group =
    together.get(name) ??
    new GroupCommit(async (jobs: { data: object; priority?: number }[]) => {
      if (!held.boss) throw new Error('The queue is not started yet.')
      await held.boss.insert(name, jobs, { db: fromPrisma(db()) })
      return jobs.map(() => undefined)
    })
  together.set(name, group)
  return group.add({ data, priority })
}

/** What is asked of a worker. The id is the same when the job is handed out once more. */
export type Work<Data> = { id: string; data: Data }

/** So many jobs of those that came together are in hand at the same time. */
const inHand = 8

/**
 * Works the jobs of a queue, so many at a time. They are fetched and ended together: each look at the queue
 * costs as much as many a job. Nothing is left of a job that is done.
 * @param handle must be safe to run twice for the same job
 * @param sift looks at all that came together, and says which of them are to be handled one by one
 */
export async function work<Data extends object>(
  name: QueueName,
  atOnce: number,
  handle: (data: Data, id: string) => Promise<void>,
  sift = async (jobs: Work<Data>[]) => jobs,
): Promise<void> {
  const { boss } = held
  if (!boss) throw new Error('The queue is not started yet.')
  await boss.work<Data>(
    name,
    { batchSize: atOnce, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 },
    async (jobs: Job<Data>[]) => {
      const failed = new Set<string>()
      const left = [...(await sift(jobs.map(({ id, data }) => ({ id, data }))))]
      const next = async () => {
        for (let job = left.shift(); job; job = left.shift()) {
          try {
            await handle(job.data, job.id)
          } catch (error) {
            // This one is tried again; those that came with it are done.
            failed.add(job.id)
            await boss.fail(name, job.id, { error: String(error) })
          }
        }
      }
      await Promise.all(Array.from({ length: inHand }, next))
      const done = jobs.flatMap(({ id }) => (failed.has(id) ? [] : id))
      if (done.length > 0) await boss.deleteJob(name, done)
    },
  )
}

/** Finishes the jobs in hand, for at most so many milliseconds, and lets the database go. */
export async function stopQueue(milliseconds: number): Promise<void> {
  const boss = held.boss
  held.boss = null
  await boss?.stop({ graceful: true, timeout: milliseconds })
}
