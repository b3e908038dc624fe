import { setTimeout } from 'node:timers/promises'
import { Prisma } from '@/generated/prisma/client'
import { query } from './db'
import { log } from './log'

type Entry<Item, Result> = {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Writes together what many ask for at the same time: while a write is under way the next ones gather,
 * and then share a statement and a commit. An idle one writes at once.
 */
export class GroupCommit<Item, Result> {
  private gathered: Entry<Item, Result>[] = []
  private writing = 0

  /** @param write all or nothing; its results are in the order of the items */
  constructor(
    private readonly write: (items: Item[]) => Promise<Result[]>,
    private readonly most = 500,
    /** Nobody waits for the result: after each shared write it rests three times as long, so that more can gather. */
    private readonly patient = false,
    /** So many writes may be under way at the same time: where one is long, the next is prepared beside it. */
    private readonly writers = 1,
  ) {}

  /** How many wait to be written. */
  get waiting(): number {
    return this.gathered.length
  }

  /** Resolves once the item is committed; rejects if that failed, for it and all that were written with it. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.gathered.push({ item, resolve, reject })
      if (this.writing < this.writers) void this.work()
    })
  }

  private async work(): Promise<void> {
    this.writing += 1
    while (this.gathered.length > 0) {
      // Who is about to ask in this turn of the event loop comes along.
      await new Promise(setImmediate)
      const batch = this.gathered.splice(0, this.most)
      // Another writer took them all.
      if (batch.length === 0) break
      const began = performance.now()
      try {
        const results = await this.write(batch.map(({ item }) => item))
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
      if (this.patient && batch.length > 1)
        await setTimeout(Math.max(20, Math.min(3 * (performance.now() - began), 100)))
    }
    this.writing -= 1
  }
}

/**
 * Tries a write again until it succeeds, for what must not be forgotten while the database is away.
 * @param tries after so many failures it is given up; those while the database does not answer at all do not count
 * @throws the last error
 */
export async function persist<T>(
  write: () => Promise<T>,
  tries = Number.POSITIVE_INFINITY,
  answers: () => Promise<boolean> = databaseAnswers,
): Promise<T> {
  for (let failures = 0, pause = 250; ; pause = Math.min(2 * pause, 5_000)) {
    try {
      return await write()
    } catch (error) {
      if (await answers()) failures += 1
      if (failures >= tries) throw error
      log.warn({ error: String(error), failures }, 'the database did not take a write yet')
      await setTimeout(pause)
    }
  }
}

const databaseAnswers = () =>
  query(Prisma.sql`SELECT 1`).then(
    () => true,
    () => false,
  )
