// Once an hour one of the workers cleans up.
import { db, sqlNow } from '@/lib/db'
import { log } from '@/lib/log'
import { cleanUp } from './retention'

const firstLookMilliseconds = 20_000
const lookMilliseconds = 5 * 60_000

/** Begins to look whether it is time to clean up. @returns what ends it, after the batch in hand */
export function startRetention(): () => Promise<void> {
  let stopped = false
  let running = Promise.resolve()
  const look = () => {
    running = running.then(async () => {
      if (stopped) return
      try {
        if (!(await itIsOurTurn())) return
        const cleaned = await cleanUp(() => !stopped)
        if (cleaned.mails + cleaned.links > 0) log.info(cleaned, 'cleaned up')
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

/** Takes the hour for this process: of all that ask, one is told yes. */
export async function itIsOurTurn(): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    INSERT INTO "OutboxControl" (id, "cleanedAt") VALUES (1, ${sqlNow()})
    ON CONFLICT (id) DO UPDATE SET "cleanedAt" = excluded."cleanedAt"
    WHERE coalesce("OutboxControl"."cleanedAt" < ${sqlNow()} - interval '1 hour', true)
    RETURNING id`
  return rows.length > 0
}
