// What more nodes on one machine come to: mails that leave and pages that are answered, beside a single node in the same
// run; and what PostgreSQL is asked for meanwhile.
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { median, print } from './figure'
import { newInstallation, type Server, startLatchkey, startPart } from './stage'
import { together } from './together'

const counts = [1, 2, 4]
const mails = 10_000
const rounds = 3
const atATime = 8
const millisecondsPerRound = 2_000

/** Baseline: the same with one node. */
export async function measureNodes(): Promise<void> {
  const installation = await newInstallation('postgres')
  const database = new pg.Client({ connectionString: installation.DATABASE_URL })
  const nodes: Server[] = [await startLatchkey(installation)]
  const filling = startPart(fileURLToPath(new URL('./drain-part.ts', import.meta.url)), installation)
  await database.connect()
  await database.query(`UPDATE "MailServer" SET "maxConnections" = 40`)
  const single = { drain: 0, pages: 0 }
  for (const count of counts) {
    while (nodes.length < count) nodes.push(await startLatchkey(installation))
    await filling.ask({ fill: mails / 5 })
    const before = await asked(database)
    const drains: number[] = []
    const pages: number[] = []
    let turn = 0
    const page = async () => {
      const node = nodes[turn++ % nodes.length]
      const response = await fetch(`${node?.url}/forgot-password`)
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`A page was answered with ${response.status}.`)
    }
    for (let round = 0; round < rounds; round++) {
      const { seconds } = await filling.ask<{ seconds: number }>({ fill: mails })
      drains.push(mails / seconds)
      pages.push(await together(atATime, millisecondsPerRound, page))
    }
    const after = await asked(database)
    const [drain, shown] = [median(drains), median(pages)]
    if (count === 1) Object.assign(single, { drain, pages: shown })
    print({
      figure: 'nodes.mails.postgres',
      value: drain,
      baseline: single.drain,
      unit: 'mails/s',
      more: {
        nodes: count,
        connections: after.connections,
        walBytesPerMail: Math.round((after.wal - before.wal) / (rounds * mails)),
      },
    })
    print({
      figure: 'nodes.pages.postgres',
      value: shown,
      baseline: single.pages,
      unit: 'requests/s',
      more: { nodes: count },
    })
  }
  await filling.stop()
  await database.end()
  await Promise.all(nodes.map(node => node.stop()))
}

/** How many connections the nodes have open, and how much was written ahead, in bytes. */
async function asked(database: pg.Client): Promise<{ connections: number; wal: number }> {
  const { rows } = await database.query<{ connections: string; wal: string }>(`
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
      pg_current_wal_lsn() - '0/0'::pg_lsn AS wal`)
  return { connections: Number(rows[0]?.connections), wal: Number(rows[0]?.wal) }
}
