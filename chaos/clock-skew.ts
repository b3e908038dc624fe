// Two nodes whose clocks are five minutes apart: what one queues the other sends, when it is due and not
// later, and nothing is taken from a worker that lives.
import { setTimeout as pause } from 'node:timers/promises'
import { during, left, openOffice, type Sql, scenario } from './reckoning'

export const clockSkew = scenario('clock-skew', 'postgres', async ({ stage, sql, small, begin }) => {
  const mails = small ? 200 : 2_000
  const nodes = [
    await openOffice(stage, { sends: true, clockAhead: 150, maxConnections: 10 }),
    stage.startNode('sender', { clockAhead: -150 }),
  ]
  await Promise.all(nodes.map(({ ready }) => ready))
  await pause(4_500)
  const queue = (task: { mails: number; expiresAt?: string }) =>
    Promise.all(nodes.map(node => node.ask('queue', { each: 50, ...task })))
  const broken: string[] = []
  const none = (found: number, sentence: string) => {
    if (found > 0) broken.push(`${found} ${sentence}`)
  }

  await stage.smtp.behave({ delay: 20 })
  begin()
  await queue({ mails: mails / 2 })
  // Who went by a clock of its own would wait for minutes.
  const atOnce = await during(100, 100, async () => (await left(sql)) === 0)
  if (!atOnce) broken.push('mails that were due waited')
  const senders = await sql(`SELECT DISTINCT "workerId" FROM "DeliveryAttempt" WHERE outcome = 'accepted'`)
  if (senders.length < 2) broken.push('one of the two nodes sent nothing')

  await stage.smtp.behave({ answer: '451 4.3.0 Try again later' })
  const each = 10
  await queue({ mails: each, expiresAt: await inSeconds(sql, 3) })
  // Before they can be tried again.
  const dying = new Set(await notSent(sql))
  // To the clock that is ahead these would be dead.
  await queue({ mails: each, expiresAt: await inSeconds(sql, 120) })
  const lasting = (await notSent(sql)).filter(id => !dying.has(id)).map(id => `'${id}'`)
  await during(
    60,
    100,
    async () => (await count(sql, `outcome = 'failed' AND "mailId" IN (${lasting})`)) >= 2 * each,
  )
  await stage.smtp.behave({ answer: null })
  const finished = await during(60, 250, async () => (await left(sql)) === 0)

  const early = await sql(`
    SELECT 1 FROM "DeliveryAttempt" attempt JOIN "DeliveryAttempt" before
      ON before."mailId" = attempt."mailId" AND before.number = attempt.number - 1
    WHERE attempt."startedAt" < before."endedAt" + interval '3.7 seconds'`)
  none(early.length, 'attempts were made before they were due')
  const late = await sql(`
    SELECT 1 FROM "DeliveryAttempt" attempt JOIN "DeliveryAttempt" before
      ON before."mailId" = attempt."mailId" AND before.number = attempt.number - 1
    WHERE attempt."startedAt" > before."endedAt" + interval '60 seconds'`)
  none(late.length, 'attempts were made long after they were due')
  none(
    (await sql(`SELECT 1 FROM "OutboundMail" WHERE state = 'sent' AND "sentAt" > "expiresAt"`)).length,
    'mails were sent after they had expired',
  )
  none(
    await count(sql, `outcome IN ('interrupted', 'uncertain')`),
    'attempts were taken from a worker that lives',
  )
  const expired = (await sql(`SELECT 1 FROM "OutboundMail" WHERE cause = 'expired'`)).length
  if (expired !== dying.size) broken.push(`${expired} mails expired, not ${dying.size}`)
  return {
    finished,
    broken,
    expected: ({ id, state, cause }) => dying.has(id) && state === 'failed' && cause === 'expired',
    more: { minutesApart: 5, expired },
  }
})

/** By the clock of the database. */
const inSeconds = async (sql: Sql, seconds: number): Promise<string> =>
  (await sql<{ at: Date }>(`SELECT now() + interval '${seconds} seconds' AS at`))[0]?.at.toISOString() ?? ''

const notSent = async (sql: Sql): Promise<string[]> =>
  (await sql<{ id: string }>(`SELECT id::text FROM "OutboundMail" WHERE state <> 'sent'`)).map(({ id }) => id)

const count = async (sql: Sql, condition: string): Promise<number> =>
  (await sql<{ count: number }>(`SELECT count(*)::int AS count FROM "DeliveryAttempt" WHERE ${condition}`))[0]
    ?.count ?? 0
