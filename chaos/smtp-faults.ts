// An SMTP server that fails at every step of the dialogue and in every way, and is well in the end.
import { during, left, openOffice, scenario } from './reckoning'

/** As if the time had passed that mails and breakers wait for; but nobody has decided anything. */
export const passTime = [
  `UPDATE "OutboundMail" SET "dueAt" = now()
     WHERE state IN ('deferred', 'uncertain') AND "dueAt" > now() AND "dueAt" < "expiresAt"`,
  `UPDATE "MailServer" SET "breakerProbeAt" = now() WHERE "breakerProbeAt" > now()`,
]

export const smtpFaults = scenario('smtp-faults', 'postgres', async ({ stage, sql, small, begin }) => {
  const office = await openOffice(stage, { sends: true, timeoutSeconds: 1, maxConnections: 10 })
  if (!small) await stage.startNode('sender').ready
  await stage.smtp.behave({ faults: 30, temporary: 5, stall: 2_500 })
  begin()
  await office.ask('queue', { mails: small ? 200 : 2_000, each: 100 })
  const often = small ? 1 : 5
  const rare = async () => {
    const { faults } = await stage.smtp.report()
    return Object.keys(faults).filter(name => (faults[name] ?? 0) < often)
  }
  await during(150, 500, async () => {
    for (const statement of passTime) await sql(statement)
    if ((await left(sql)) < 50) await office.ask('queue', { mails: 100, each: 100 })
    return (await rare()).length === 0
  })
  const missed = await rare()
  await stage.smtp.behave({ faults: 0, temporary: 0 })
  const finished = await during(150, 500, async () => {
    for (const statement of passTime) await sql(statement)
    return (await left(sql)) === 0
  })
  const { faults } = await stage.smtp.report()
  const met = Object.values(faults)
  return {
    finished,
    broken: missed.length > 0 ? [`these faults were not met ${often} times: ${missed.join(', ')}`] : [],
    more: {
      faults: met.reduce((sum, count) => sum + count, 0),
      kinds: met.filter(count => count > 0).length,
    },
  }
})
