// PostgreSQL is restarted under load: once in good order, once without, once killed. Nobody lends a hand.
import { setTimeout as pause } from 'node:timers/promises'
import { during, left, openOffice, scenario } from './reckoning'

export const postgresRestarts = scenario(
  'postgres-restarts',
  'postgres',
  async ({ stage, sql, small, begin }) => {
    const office = await openOffice(stage, { sends: true })
    await stage.startNode('sender').ready
    await stage.smtp.behave({ delay: 5 })
    begin()
    await office.ask('keepQueueing', { each: 5, pause: small ? 50 : 20 })
    const accepted = async () => Object.keys((await stage.smtp.report()).receipts).length
    const broken: string[] = []
    const hows = ['fast', 'immediate', 'kill'] as const
    for (const how of hows) {
      await pause(small ? 1_000 : 4_000)
      await stage.postgres.restart(how, small ? 0.5 : 2)
      const before = { committed: stage.committed.size, accepted: await accepted() }
      const recovered = await during(
        30,
        100,
        async () => stage.committed.size > before.committed && (await accepted()) > before.accepted + 5,
      )
      if (!recovered) broken.push(`after the restart "${how}" nothing was queued and sent for 30 s`)
    }
    await office.ask('stopQueueing', {})
    // What was claimed in a commit whose answer was lost is noticed after 20 s.
    const finished = await during(90, 250, async () => (await left(sql).catch(() => 1)) === 0)
    return { finished, broken, more: { restarts: hows.length } }
  },
)
