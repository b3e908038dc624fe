// `npm run chaos`: the proof that the outbox holds whatever is killed around it. One JSON line per scenario
// on stdout, everything else on stderr. See docs/reliability.md.

import type { Result, Scenario } from '@/chaos/reckoning'
import { StartRefused } from '@/lib/start-refused'
import { endWith } from '@/server/end-with'

const scenarios: Record<string, () => Promise<Scenario>> = {
  'sigkill-workers': async () => (await import('@/chaos/sigkill-workers')).sigkillWorkers,
  'smtp-faults': async () => (await import('@/chaos/smtp-faults')).smtpFaults,
  'slow-dot': async () => (await import('@/chaos/slow-dot')).slowDot,
  'silent-dot': async () => (await import('@/chaos/silent-dot')).silentDot,
  standby: async () => (await import('@/chaos/standby')).standby,
  'postgres-restarts': async () => (await import('@/chaos/postgres-restarts')).postgresRestarts,
  'embedded-sigkill': async () => (await import('@/chaos/embedded-sigkill')).embeddedSigkill,
  outage: async () => (await import('@/chaos/outage')).outage,
  'clock-skew': async () => (await import('@/chaos/clock-skew')).clockSkew,
  'web-nodes': async () => (await import('@/chaos/web-nodes')).webNodes,
  alarms: async () => (await import('@/chaos/alarms')).alarms,
}

const small = process.argv.includes('--small')
const chosen = process.argv.slice(2).filter(name => name !== '--small')
const unknown = chosen.find(name => !Object.hasOwn(scenarios, name))
if (unknown !== undefined)
  throw new StartRefused(
    `There is no scenario "${unknown}": choose among ${Object.keys(scenarios).join(', ')}.`,
  )

// Each scenario takes away what it made when this process ends.
endWith(async () => {})
const results: Result[] = []
for (const [name, load] of Object.entries(scenarios)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  console.error(`${name} …`)
  const result = await (await load())({ small })
  results.push(result)
  const { more, broken, ...figures } = result
  process.stdout.write(`${JSON.stringify({ ...figures, ...more, ...(broken.length > 0 && { broken }) })}\n`)
}

const columns = ['scenario', 'mails', 'accepted', 'lost', 'doubled', 'uncertain', 'seconds'] as const
const cells = results.map(result => [
  ...columns.map(column => String(result[column])),
  result.broken.length === 0 ? 'kept' : 'BROKEN',
])
const table = [[...columns, 'promise'], ...cells]
const widths = table[0]?.map((_, index) => Math.max(...table.map(row => row[index]?.length ?? 0))) ?? []
for (const row of table)
  console.error(
    row
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  '),
  )
for (const { scenario, broken } of results)
  for (const sentence of broken) console.error(`${scenario}: ${sentence}`)
process.exit(results.some(({ broken }) => broken.length > 0) ? 1 : 0)
