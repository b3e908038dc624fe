// The primary falls while mails are under way, at every phase of the dialogue in turn, and a standby takes over.
// What both have received is added up: a mail that came twice must be one of which that is known to be possible.
import { during, left, openOffice, scenario } from './reckoning'
import { passTime } from './smtp-faults'
import { phases } from './smtp-phases'

export const standby = scenario('standby', 'postgres', async ({ stage, sql, small, begin }) => {
  const mails = small ? 30 : 500
  const settings = { timeoutSeconds: 10, maxConnections: 10 }
  const office = await openOffice(stage, { sends: true, ...settings })
  const second = await stage.startStandby()
  await office.ask('connect', { port: second.port, ...settings, standby: true })
  if (!small) await stage.startNode('sender').ready
  await stage.smtp.behave({ delay: 10 })
  const accepted = async (smtp: typeof second) =>
    Object.values((await smtp.report()).receipts).reduce((sum, receipt) => sum + receipt.accepted, 0)
  const broken: string[] = []
  let finished = true
  begin()
  for (const phase of phases) {
    const before = { primary: await accepted(stage.smtp), standby: await accepted(second) }
    // It works, and its connections are warm, when it falls.
    await office.ask('queue', { mails, each: 10 })
    await during(30, 50, async () => (await accepted(stage.smtp)) > before.primary)
    // These come once for each connection.
    if (phase === 'greeting' || phase === 'ehlo') {
      await during(30, 50, async () => (await left(sql)) === 0)
      await stage.smtp.behave({ hangUp: true })
    }
    await stage.smtp.behave({ fallsAt: phase })
    await office.ask('queue', { mails, each: 10 })
    finished &&= await during(60, 100, async () => {
      for (const statement of passTime.slice(0, 1)) await sql(statement)
      return (await left(sql)) === 0
    })
    const { falls } = await stage.smtp.report()
    if (falls <= phases.indexOf(phase)) broken.push(`the primary did not fall at ${phase}`)
    else if ((await accepted(second)) === before.standby)
      broken.push(`nothing left by the standby (${phase})`)
    await stage.smtp.behave({ away: null, fallsAt: null })
    finished &&= await during(60, 100, async () => {
      await sql(`UPDATE "MailServer" SET "breakerProbeAt" = now() WHERE "breakerProbeAt" > now()`)
      return (await sql(`SELECT 1 FROM "MailServer" WHERE "breakerOpenedAt" IS NOT NULL`)).length === 0
    })
  }
  return { finished, broken, more: { falls: (await stage.smtp.report()).falls } }
})
