import { setTimeout } from 'node:timers/promises'

/** So many rows are deleted at once. */
export const batchSize = 1_000
/** Between two batches the database belongs to those who work. */
const pauseMilliseconds = 100

/** Whether to go on after a batch. */
export type GoOn = () => boolean

/** Goes on behind the last row of each batch, so that no row is looked at twice. @returns how many rows */
export async function inBatches<Row>(
  goOn: GoOn,
  work: (from: Row | null) => Promise<Row[]>,
): Promise<number> {
  let last: Row | null = null
  for (let total = 0; ; ) {
    const rows: Row[] = await work(last)
    total += rows.length
    last = rows.at(-1) ?? null
    if (rows.length < batchSize || !goOn()) return total
    await setTimeout(pauseMilliseconds)
  }
}

/** Deletes until a batch is not full. @param work deletes up to so many rows, and says how many */
export async function deleteInBatches(goOn: GoOn, work: (rows: number) => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const count = await work(batchSize)
    total += count
    if (count < batchSize || !goOn()) return total
    await setTimeout(pauseMilliseconds)
  }
}

/** Works until nothing is left. @param work does some of it, and says how much; 0 is the end */
export async function untilNothingIsLeft(goOn: GoOn, work: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const count = await work()
    total += count
    if (count === 0 || !goOn()) return total
    await setTimeout(pauseMilliseconds)
  }
}
