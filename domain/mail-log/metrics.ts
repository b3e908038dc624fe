// The outbox in the numbers that a monitoring system collects. Of all tenants together, and of nobody by name.

import { countTenantServers } from '@/domain/mail-server/in-use'
import { bounds } from '@/domain/outbox/tally'
import { db } from '@/lib/db'
import { perProcess } from '@/lib/global'
import { histogram, type Labels, type Metric, type Sample } from '@/lib/prometheus'
import { mailKinds } from './mail-filter'
import { type Classes, merged } from './quantile'

/** All metrics of the installation, and the basics of this process. */
export async function readMetrics(): Promise<Metric[]> {
  const [depth, tallies, senders] = await Promise.all([queueDepth(), tallied(), sendersNow()])
  return [...waitingMetrics(depth), ...talliedMetrics(tallies), ...senders, ...processMetrics()]
}

type Depth = { state: string; kind: string; count: number; oldest: number }

function waitingMetrics(rows: Depth[]): Metric[] {
  const unsent = ['queued', 'deferred', 'uncertain', 'sending']
  const of = (kind: string, state: string) => rows.find(row => row.kind === kind && row.state === state)
  return [
    {
      name: 'latchkey_outbox_mails',
      type: 'gauge',
      help: 'Mails that are still to be sent, by state and kind.',
      samples: unsent.flatMap(state =>
        mailKinds.map(kind => ({ labels: { state, kind }, value: of(kind, state)?.count ?? 0 })),
      ),
    },
    {
      name: 'latchkey_outbox_oldest_seconds',
      type: 'gauge',
      help: 'Age of the oldest mail that waits, by kind; 0 when none does.',
      samples: mailKinds.map(kind => ({
        labels: { kind },
        value: Math.max(0, ...unsent.slice(0, 3).map(state => of(kind, state)?.oldest ?? 0)),
      })),
    },
  ]
}

/**
 * A long queue takes long to count, and those who ask for it ask often: it is counted anew after twenty
 * times as long as it took, so that counting never takes more than a twentieth of the time.
 */
async function queueDepth(): Promise<Depth[]> {
  const known = perProcess<{ rows: Depth[]; until: number }>('queue-depth', () => ({ rows: [], until: 0 }))
  const start = performance.now()
  if (start < known.until) return known.rows
  known.rows = await db().$queryRaw<Depth[]>`
    SELECT state::text, kind, count(*)::int AS count, extract(epoch FROM now() - min(since))::float AS oldest
    FROM (
      -- What an import sends leaves at a pace: it waits from when it is due.
      SELECT state, kind, CASE WHEN rank % 10 = 3 AND state = 'queued' THEN greatest("createdAt", "dueAt") ELSE "createdAt" END AS since
      FROM "OutboundMail" WHERE state IN ('queued', 'deferred', 'uncertain')
      UNION ALL
      SELECT state, kind, "createdAt" FROM "OutboundMail" WHERE state = 'sending'
    ) mail
    GROUP BY 1, 2`
  const took = performance.now() - start
  known.until = took > 50 ? performance.now() + 20 * took : 0
  return known.rows
}

type Tallied = {
  what: 'mail' | 'attempt'
  kind: string
  server: string
  outcome: string
  cause: string
  seconds: number
  count: number
}

const tallied = (): Promise<Tallied[]> =>
  db().$queryRaw`
    SELECT what, kind, server, outcome, cause, seconds, sum(count)::float AS count
    FROM "Tally" GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`

function talliedMetrics(rows: Tallied[]): Metric[] {
  const attempts = rows.filter(({ what }) => what === 'attempt')
  const mails = rows.filter(({ what }) => what === 'mail')
  const sent = mails.filter(({ outcome }) => outcome === 'sent')
  return [
    {
      name: 'latchkey_delivery_attempts_total',
      type: 'counter',
      help: 'Delivery attempts that have ended, by kind of mail, mail server, outcome and cause.',
      samples: sums(attempts, ({ kind, server, outcome, cause }) => ({ kind, server, outcome, cause })),
    },
    {
      name: 'latchkey_mails_total',
      type: 'counter',
      help: 'Mails that have ended, by kind and outcome.',
      samples: sums(mails, ({ kind, outcome }) => ({ kind, outcome })),
    },
    {
      name: 'latchkey_delivery_attempt_duration_seconds',
      type: 'histogram',
      help: 'How long delivery attempts took, by mail server. The sum is estimated from the classes.',
      samples: histograms(attempts, ({ server }) => ({ server })),
    },
    {
      name: 'latchkey_mail_acceptance_seconds',
      type: 'histogram',
      help: 'Time from the request of a mail to its acceptance by a mail server, by kind. The sum is estimated from the classes.',
      samples: histograms(sent, ({ kind }) => ({ kind })),
    },
  ]
}

const sums = (rows: Tallied[], labelsOf: (row: Tallied) => Labels): Sample[] =>
  grouped(rows, labelsOf).map(({ labels, rows }) => ({
    labels,
    value: rows.reduce((sum, { count }) => sum + count, 0),
  }))

const histograms = (rows: Tallied[], labelsOf: (row: Tallied) => Labels): Sample[] =>
  grouped(rows, labelsOf).flatMap(({ labels, rows }) => {
    const classes = merged(rows.map(({ seconds, count }) => new Map([[seconds, count]])))
    return histogram(labels, bounds, classes, estimatedSum(classes))
  })

function grouped(rows: Tallied[], labelsOf: (row: Tallied) => Labels) {
  const groups = new Map<string, { labels: Labels; rows: Tallied[] }>()
  for (const row of rows) {
    const labels = labelsOf(row)
    const key = JSON.stringify(labels)
    const group = groups.get(key) ?? { labels, rows: [] }
    groups.set(key, group)
    group.rows.push(row)
  }
  return [...groups.values()]
}

/** As if each lay in the middle of its class; what took longer than all of them, at their end. */
function estimatedSum(classes: Classes): number {
  const sum = bounds.reduce((total, bound, index) => {
    const lower = bounds[index - 1] ?? 0
    const middle = index === bounds.length - 1 ? lower : (lower + bound) / 2
    return total + middle * (classes.get(bound) ?? 0)
  }, 0)
  return Math.round(sum * 1000) / 1000
}

async function sendersNow(): Promise<Metric[]> {
  const [servers, workers, control, ofTenants] = await Promise.all([
    db().mailServer.findMany({
      where: { enabled: true },
      orderBy: { position: 'asc' },
      select: { name: true, breakerOpenedAt: true },
    }),
    db().$queryRaw<{ id: string; host: string; age: number }[]>`
      SELECT id, host, extract(epoch FROM now() - "heartbeatAt")::float AS age FROM "Worker"
      WHERE "stoppedAt" IS NULL ORDER BY "startedAt", id`,
    db().outboxControl.findUnique({ where: { id: 1 } }),
    countTenantServers(),
  ])
  // Two servers of one name would be one series twice, which Prometheus refuses.
  const open = new Map<string, boolean>()
  for (const { name, breakerOpenedAt } of servers)
    open.set(name, breakerOpenedAt !== null || (open.get(name) ?? false))
  return [
    {
      name: 'latchkey_mail_server_breaker',
      type: 'gauge',
      help: 'Whether a mail server is being used (closed) or broken off after failures (open): 1 for the state it is in.',
      samples: [...open].flatMap(([server, isOpen]) => [
        { labels: { server, state: 'closed' }, value: isOpen ? 0 : 1 },
        { labels: { server, state: 'open' }, value: isOpen ? 1 : 0 },
      ]),
    },
    {
      name: 'latchkey_tenant_mail_servers',
      type: 'gauge',
      help: 'Mail servers of tenants that may send, by whether they do (sending) or are broken off after failures (broken) or paused.',
      samples: Object.entries(ofTenants).map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: 'latchkey_worker_heartbeat_age_seconds',
      type: 'gauge',
      help: 'Time since a worker that was not stopped has shown that it lives. Beyond 10 s it counts as dead.',
      samples: workers.map(({ id, host, age }) => ({
        labels: { worker: id, host },
        value: Math.max(0, age),
      })),
    },
    {
      name: 'latchkey_outbox_paused',
      type: 'gauge',
      help: 'Whether an administrator has paused all sending.',
      samples: [{ value: control?.pausedAt ? 1 : 0 }],
    },
  ]
}

const processMetrics = (): Metric[] => [
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of this process.',
    samples: [{ value: process.memoryUsage.rss() }],
  },
  {
    name: 'process_uptime_seconds',
    type: 'gauge',
    help: 'How long this process has been running.',
    samples: [{ value: Math.round(process.uptime()) }],
  },
]
