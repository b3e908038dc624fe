// The workers' part: a job says that a tenant has alarms to look at, and now and then all are looked for that no job
// has named: whose job was lost, what is due by its time.
import { db, sqlNow } from '@/lib/db'
import { log } from '@/lib/log'
import { work } from '@/lib/queue'
import { sendDigest } from './digest'
import { evaluateSome } from './evaluation'
import { remindOf } from './reminder'
import { endSandbox } from './sandbox'
import { endTurn, takeTurn } from './turn'

const lookMilliseconds = 5_000
/** One tenant holds up its worker no longer than this; the rest is found by the next look. */
const stepMilliseconds = 20_000
/** So many tenants are looked at in one go. */
const atOnce = 100

/** Works alarms in this process. @returns what ends it */
export async function workAlarms(): Promise<() => Promise<void>> {
  let stopped = false
  const goOn = () => !stopped
  await work<{ tenantId: string }>(
    'alarms',
    100,
    ({ tenantId }) => evaluateAlarms(tenantId, goOn),
    // One look serves all that came together.
    async jobs => [...new Map(jobs.map(job => [job.data.tenantId, job])).values()],
  )
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking
      .then(() => lookForAlarms(goOn))
      .catch(error => {
        log.warn({ error: String(error) }, 'could not look for alarms')
      })
  }, lookMilliseconds).unref()
  return async () => {
    stopped = true
    clearInterval(timer)
    await looking
    await endSandbox()
  }
}

/** Does all that is to be done now about the alarms of a tenant, unless another process is at it. */
export async function evaluateAlarms(tenantId: string, goOn = () => true): Promise<void> {
  const turn = await takeTurn(tenantId)
  if (!turn) return
  const end = Date.now() + stepMilliseconds
  try {
    for (let more = true; more && goOn() && Date.now() < end; ) {
      const events = await evaluateSome(turn)
      const reminders = events > 0 ? 0 : await remindOf(turn)
      more = events > 0 || reminders > 0 || (await sendDigest(turn))
    }
  } finally {
    await endTurn(turn)
  }
}

/** Looks for tenants with anything to do, and does it. */
export async function lookForAlarms(goOn = () => true): Promise<void> {
  const tenants = await db().$queryRaw<{ tenantId: string }[]>`
    WITH RECURSIVE pending AS (
      (SELECT "tenantId" FROM "AlarmEvent" WHERE "evaluatedAt" IS NULL ORDER BY "tenantId" LIMIT 1)
      UNION ALL
      SELECT next."tenantId" FROM pending, LATERAL (
        SELECT event."tenantId" FROM "AlarmEvent" event
        WHERE event."evaluatedAt" IS NULL AND event."tenantId" > pending."tenantId" ORDER BY event."tenantId" LIMIT 1) next
    )
    SELECT "tenantId" FROM (
      (SELECT "tenantId" FROM pending LIMIT ${atOnce}::int)
      UNION (SELECT "tenantId" FROM "AlarmDigest" WHERE "dueAt" <= ${sqlNow()} LIMIT ${atOnce}::int)
      UNION (SELECT "tenantId" FROM "AlarmReminder" WHERE "dueAt" <= ${sqlNow()} LIMIT ${atOnce}::int)
    ) tenant`
  for (const { tenantId } of tenants) {
    if (!goOn()) return
    await evaluateAlarms(tenantId, goOn).catch(error => {
      log.warn({ tenantId, error: String(error) }, 'could not evaluate the alarms of a tenant')
    })
  }
}
