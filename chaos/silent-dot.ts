// A server that takes every message and never says a word about any. Each goes out three times at most, late, and
// then waits for a person; and the server is not asked about one mail after the other all the time.
import { mostCopies } from '@/domain/outbox/retry-policy'
import { during, left, openOffice, scenario } from './reckoning'
import { passTime } from './smtp-faults'

/** Ten minutes pass in two seconds. */
const timeLapse = 300

export const silentDot = scenario('silent-dot', 'postgres', async ({ stage, sql, small, begin }) => {
  const mails = small ? 4 : 20
  const office = await openOffice(stage, { sends: true, timeLapse, timeoutSeconds: 300, maxConnections: 5 })
  await stage.smtp.behave({ silent: true })
  begin()
  await office.ask('queue', { mails, each: mails })
  const opened = await during(
    60,
    100,
    async () => (await sql(`SELECT 1 FROM "MailServer" WHERE "breakerOpenedAt" IS NOT NULL`)).length > 0,
  )
  const finished = await during(240, 250, async () => {
    for (const statement of passTime) await sql(statement)
    return (await left(sql)) === 0
  })
  const waiting = await sql(`SELECT 1 FROM "OutboundMail" WHERE state = 'uncertain'`)
  const copies = Math.max(...Object.values(await stage.receipts()).map(({ complete }) => complete))
  const broken: string[] = []
  if (!opened) broken.push('the breaker of a silent server did not open')
  if (waiting.length !== mails) broken.push(`${waiting.length} mails wait for a person, not ${mails}`)
  if (copies > mostCopies) broken.push(`a mail went out ${copies} times`)
  return { finished, broken, more: { copies, waitForAPerson: waiting.length } }
})
