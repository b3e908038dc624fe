// The mail server is away for half an hour while thousands of mails wait. A minute passes in a moment.
import { setTimeout as pause } from 'node:timers/promises'
import { during, left, openOffice, scenario } from './reckoning'

const minutes = 30
/** In so many minutes there may be at most so many attempts to connect: a breaker probes once a minute. */
const connectsPerMinute = 2

/** A minute passes for all that waits. */
const passMinute = [
  `UPDATE "OutboundMail" SET "createdAt" = "createdAt" - interval '1 minute', "dueAt" = "dueAt" - interval '1 minute',
     "expiresAt" = "expiresAt" - interval '1 minute' WHERE state IN ('queued', 'deferred', 'uncertain')`,
  `UPDATE "MailServer" SET "breakerProbeAt" = "breakerProbeAt" - interval '1 minute' WHERE "breakerProbeAt" IS NOT NULL`,
]

export const outage = scenario('outage', 'postgres', async ({ stage, sql, small, begin }) => {
  const mails = small ? 300 : 5_000
  const maxConnections = 8
  const office = await openOffice(stage, { sends: true, maxConnections })
  const workers = [stage.startNode('sender'), stage.startNode('sender')]
  await Promise.all(workers.map(({ ready }) => ready))
  // Until each knows of the other, and how the connections are shared.
  await pause(4_500)
  await stage.smtp.behave({ newPeak: true, delay: 20 })
  begin()
  await office.ask('queue', { mails: mails * 0.9, each: 500 })
  const lasting = new Set(stage.committed)
  await office.ask('queue', { mails: mails * 0.1, each: 500, minutes: 20 })
  await during(10, 50, async () => (await left(sql)) < mails * 0.8)
  const step = async () => {
    for (const statement of passMinute) await sql(statement)
    await pause(small ? 100 : 400)
  }
  await stage.smtp.behave({ away: 'closed' })
  for (let minute = 0; minute < minutes / 2; minute++) await step()
  await stage.smtp.behave({ away: 'reset' })
  const before = await stage.smtp.report()
  for (let minute = 0; minute < minutes / 2; minute++) await step()
  const after = await stage.smtp.report()
  const waited = await left(sql)
  await stage.smtp.behave({ away: null })
  const finished = await during(90, 50, async () => {
    await step()
    return (await left(sql)) === 0
  })
  const { peak } = await stage.smtp.report()
  const connects = after.thrownOut - before.thrownOut
  const [ended] = await sql<{ expired: number }>(
    `SELECT count(*)::int AS expired FROM "OutboundMail" WHERE state = 'failed' AND cause = 'expired'`,
  )
  const expired = ended?.expired ?? 0
  const broken: string[] = []
  if (waited < mails / 2)
    broken.push(`only ${waited} mails waited for the end of the outage: that proves nothing`)
  if (expired === 0) broken.push('no mail expired during the outage')
  if (peak > maxConnections) broken.push(`${peak} connections stood at once, not ${maxConnections}`)
  if (connects > (minutes / 2) * connectsPerMinute)
    broken.push(`${connects} attempts to connect in ${minutes / 2} minutes of the outage`)
  return {
    finished,
    broken,
    expected: ({ id, state, cause }) => !lasting.has(id) && state === 'failed' && cause === 'expired',
    more: { expired, peakConnections: peak, maxConnections, connectsIn15Minutes: connects },
  }
})
