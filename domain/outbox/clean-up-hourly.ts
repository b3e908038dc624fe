// Once an hour one of the workers cleans up.
import type { GoOn } from '@/lib/batches'
import { db, sqlNow } from '@/lib/db'
import { log } from '@/lib/log'

const firstLookMilliseconds = 20_000
const lookMilliseconds = 5 * 60_000

/** Deletes what is too old of one kind of rows, in batches. @returns how many */
export type Cleaner = (goOn: GoOn) => Promise<number>

/** Begins to look whether it is time to clean up. @returns what ends it, after the batch in hand */
export function startRetention(cleaners: Record<string, Cleaner>): () => Promise<void> {
  let stopped = false
  let running = Promise.resolve()
  const look = () => {
    running = running.then(async () => {
      if (stopped) return
      try {
        if (!(await itIsOurTurn())) return
        await cleanUp(cleaners, () => !stopped)
      } catch (error) {
        log.warn({ error: String(error) }, 'could not clean up')
      }
    })
  }
  const first = setTimeout(look, firstLookMilliseconds).unref()
  const timer = setInterval(look, lookMilliseconds).unref()
  return async () => {
    stopped = true
    clearTimeout(first)
    clearInterval(timer)
    await running
  }
}

/** Runs one cleaner after the other; what one cannot do is not the end of the next. */
export async function cleanUp(cleaners: Record<string, Cleaner>, goOn: GoOn): Promise<void> {
  const cleaned: Record<string, number> = {}
  for (const [what, clean] of Object.entries(cleaners)) {
    if (!goOn()) break
    try {
      cleaned[what] = await clean(goOn)
    } catch (error) {
      log.warn({ what, error: String(error) }, 'could not clean up')
    }
  }
  if (Object.values(cleaned).some(count => count > 0)) log.info(cleaned, 'cleaned up')
}

/** Takes the hour for this process: of all that ask, one is told yes. */
export async function itIsOurTurn(): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    INSERT INTO "OutboxControl" (id, "cleanedAt") VALUES (1, ${sqlNow()})
    ON CONFLICT (id) DO UPDATE SET "cleanedAt" = excluded."cleanedAt"
    WHERE coalesce("OutboxControl"."cleanedAt" < ${sqlNow()} - interval '1 hour', true)
    RETURNING id`
  return rows.length > 0
}
