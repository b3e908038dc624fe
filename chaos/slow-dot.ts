// A server that thinks about each message for 14 seconds, for a minute, and for nine. It gets each mail once,
// whatever patience its administrator has set for the steps of the dialogue.
import { during, left, openOffice, scenario } from './reckoning'

/** An hour passes in a minute. */
const timeLapse = 60
const seconds = [14, 60, 540]

export const slowDot = scenario('slow-dot', 'postgres', async ({ stage, sql, small, begin }) => {
  const office = await openOffice(stage, { sends: true, timeLapse, timeoutSeconds: 40, maxConnections: 10 })
  begin()
  let finished = true
  for (const thinks of seconds) {
    await stage.smtp.behave({ delay: (thinks * 1_000) / timeLapse })
    await office.ask('queue', { mails: small ? 10 : 50, each: 10 })
    finished &&= await during(120, 100, async () => (await left(sql)) === 0)
  }
  const receipts = Object.values(await stage.receipts())
  const twice = receipts.filter(({ complete }) => complete !== 1).length
  return {
    finished,
    broken: twice > 0 ? [`${twice} mails did not go out exactly once`] : [],
    more: { slowestSeconds: Math.max(...seconds) },
  }
})
