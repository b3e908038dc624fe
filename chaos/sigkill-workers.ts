// Three workers (two in a small run), one of them killed every second and replaced, while mails go out.
import { during, left, openOffice, scenario } from './reckoning'
import type { Node } from './stage'

export const sigkillWorkers = scenario(
  'sigkill-workers',
  'postgres',
  async ({ stage, sql, small, begin }) => {
    const mails = small ? 300 : 10_000
    const office = await openOffice(stage)
    // Slow enough that many are under way when a worker dies, wherever it stands; and that a small run lasts.
    await stage.smtp.behave({ delay: small ? 2_000 : 15 })
    await office.ask('queue', { mails, each: 500 })
    // To start a process costs more than a second of a core: those that follow are loaded in advance.
    const reserve: Node[] = []
    for (let more = small ? 3 : 15; more > 0; more -= 3) {
      const next = Array.from({ length: 3 }, () => stage.startNode('sender', { waits: true }))
      await Promise.all(next.map(node => node.loaded))
      reserve.push(...next)
    }
    const workers: Node[] = []
    let kills = 0
    const enough = small ? 3 : Number.POSITIVE_INFINITY
    const killOne = async () => {
      // The one that has worked longest, once another works too: where starting is slow, nobody would work.
      const [victim, other] = workers.filter(node => node.isReady())
      if (!victim || (!other && !small)) return
      kills += 1
      workers.splice(workers.indexOf(victim), 1)
      await victim.part.kill()
      // In a small run nobody waits until it is plain that it is dead.
      if (small)
        await sql(
          `UPDATE "Worker" SET "heartbeatAt" = now() - interval '11 seconds' WHERE "processId" = ${victim.part.pid}`,
        )
    }
    begin()
    const finished = await during(150, small ? 500 : 1_000, async () => {
      // One at a time: what starts takes the cores from those that send.
      if (reserve.every(node => node.isLoaded())) reserve.push(stage.startNode('sender', { waits: true }))
      while (workers.length < (small ? 2 : 3) && reserve[0]?.isLoaded()) {
        reserve[0].begin()
        workers.push(...reserve.splice(0, 1))
      }
      const waiting = await left(sql)
      if (waiting > mails / 100 && kills < enough) await killOne()
      else if (kills === enough) await stage.smtp.behave({ delay: 5 })
      return waiting === 0
    })
    const broken = kills < 3 ? [`only ${kills} workers were killed: that proves nothing`] : []
    return { finished, broken, more: { kills } }
  },
)
