// The one process of an installation with the embedded database, killed while it queues and sends.
import { setTimeout as pause } from 'node:timers/promises'
import { during, left, type Sql, scenario } from './reckoning'
import { passTime } from './smtp-faults'

export const embeddedSigkill = scenario('embedded-sigkill', 'embedded', async ({ stage, small, begin }) => {
  const kills = small ? 3 : 10
  await stage.smtp.behave({ delay: 5 })
  begin()
  let node = stage.startNode('worker')
  let slowestStart = 0
  await node.ready
  await node.ask('connect', { port: stage.smtp.port, timeoutSeconds: 10, maxConnections: 5 })
  for (let kill = 0; kill < kills; kill++) {
    const next = stage.startNode('worker', { waits: true })
    await node.ask('keepQueueing', { each: 3, pause: 40 })
    await Promise.all([next.loaded, pause(500 + Math.random() * 1_000)])
    await node.part.kill()
    const begun = performance.now()
    next.begin()
    await next.ready
    slowestStart = Math.max(slowestStart, Math.round((performance.now() - begun) / 100) / 10)
    node = next
  }
  const sql: Sql = text => node.ask('sql', { text }) as never
  const finished = await during(60, 250, async () => {
    for (const statement of passTime) await sql(statement)
    return (await left(sql)) === 0
  })
  return { finished, sql, more: { kills, slowestStart } }
})
