import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { deleteOldMails } from '@/domain/outbox/retention'
import { mails, tally } from '@/domain/outbox/testing/rows'
import { db } from '@/lib/db'
import { prometheusText } from '@/lib/prometheus'
import { useTestDatabase } from '@/lib/testing/database'
import { readMetrics } from './metrics'

useTestDatabase()
const lines = async () => prometheusText(await readMetrics()).split('\n')

/** What the exposition format allows on a line: a comment, or a name with labels and a number. */
const wellFormed =
  /^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\{([a-z]+="([^"\\\n]|\\[\\"n])*",?)+\})? (\+Inf|NaN|-?\d+(\.\d+)?(e[+-]?\d+)?))?$/

describe('the metrics', () => {
  it('tell what waits, by state and kind, and how long the oldest has', async () => {
    await mails(3, { state: 'queued', kind: 'activation', createdAt: new Date(Date.now() - 100_000) })
    await mails(2, { state: 'deferred', kind: 'activation' })
    await mails(1, { state: 'sending', kind: 'test' })
    await mails(9)
    const text = await lines()
    expect(text).toContain('latchkey_outbox_mails{state="queued",kind="activation"} 3')
    expect(text).toContain('latchkey_outbox_mails{state="deferred",kind="activation"} 2')
    expect(text).toContain('latchkey_outbox_mails{state="sending",kind="test"} 1')
    expect(text).toContain('latchkey_outbox_mails{state="queued",kind="test"} 0')
    const age = text
      .find(line => line.startsWith('latchkey_outbox_oldest_seconds{kind="activation"}'))
      ?.split(' ')[1]
    expect(Number(age)).toBeGreaterThan(90)
    expect(Number(age)).toBeLessThan(200)
    expect(text).toContain('latchkey_outbox_oldest_seconds{kind="password-changed"} 0')
  })

  it('count attempts and mails, and sort their times into cumulative classes', async () => {
    const attempt = { what: 'attempt', server: 'Say "hi" \\', outcome: 'accepted' }
    await tally({ ...attempt, seconds: 0.05, count: 4 })
    await tally({ ...attempt, seconds: 0.5, count: 2, hour: new Date('2026-01-01T00:00:00Z') })
    await tally({ ...attempt, outcome: 'failed', cause: 'mailbox-full', seconds: 1e9, count: 1 })
    await tally({ tenantKey: randomUUID(), seconds: 1, count: 3 })
    await tally({ seconds: 5, count: 2 })
    await tally({ outcome: 'failed', cause: 'expired', seconds: 7_200, count: 1 })
    const text = await lines()
    const server = 'server="Say \\"hi\\" \\\\"'
    expect(text).toContain(
      `latchkey_delivery_attempts_total{kind="activation",${server},outcome="accepted",cause=""} 6`,
    )
    expect(text).toContain(
      `latchkey_delivery_attempts_total{kind="activation",${server},outcome="failed",cause="mailbox-full"} 1`,
    )
    expect(text).toContain(`latchkey_delivery_attempt_duration_seconds_bucket{${server},le="0.1"} 4`)
    expect(text).toContain(`latchkey_delivery_attempt_duration_seconds_bucket{${server},le="86400"} 6`)
    expect(text).toContain(`latchkey_delivery_attempt_duration_seconds_bucket{${server},le="+Inf"} 7`)
    expect(text).toContain(`latchkey_delivery_attempt_duration_seconds_count{${server}} 7`)
    expect(text).toContain('latchkey_mails_total{kind="activation",outcome="sent"} 5')
    expect(text).toContain('latchkey_mails_total{kind="activation",outcome="failed"} 1')
    expect(text).toContain('latchkey_mail_acceptance_seconds_bucket{kind="activation",le="1"} 3')
    expect(text).toContain('latchkey_mail_acceptance_seconds_count{kind="activation"} 5')
    for (const line of text) expect(line).toMatch(wellFormed)
    // Old hours are added up, and no counter goes down.
    const counters = (all: string[]) => all.filter(line => /_(total|bucket|sum|count)\{/.test(line)).sort()
    await deleteOldMails()
    expect(counters(await lines())).toEqual(counters(text))
  })

  it('tell of servers, workers and a pause, and name nobody', async () => {
    const server = (name: string, position: number, breakerOpenedAt: Date | null = null) =>
      db().mailServer.create({ data: { name, position, breakerOpenedAt } })
    await server('A', 1)
    await server('B', 2, new Date())
    await server('B', 3)
    const worker = (id: string, more = {}) =>
      db().worker.create({ data: { id, host: 'node-1', processId: 1, ...more } })
    const [alive, stopped] = [randomUUID(), randomUUID()]
    await worker(alive)
    await worker(stopped, { stoppedAt: new Date() })
    await db().outboxControl.upsert({
      where: { id: 1 },
      create: { pausedAt: new Date(), pausedBy: 'root@latchkey.test' },
      update: { pausedAt: new Date(), pausedBy: 'root@latchkey.test' },
    })
    await mails(1, { state: 'queued', recipient: 'anna@example.org', requestedBy: 'root@latchkey.test' })
    const text = await lines()
    expect(text).toContain('latchkey_mail_server_breaker{server="A",state="closed"} 1')
    expect(text).toContain('latchkey_mail_server_breaker{server="B",state="open"} 1')
    expect(text.filter(line => line.includes('server="B",state="closed"'))).toHaveLength(1)
    expect(text.join('\n')).toMatch(
      new RegExp(`latchkey_worker_heartbeat_age_seconds\\{worker="${alive}",host="node-1"\\} \\d`),
    )
    expect(text.join('\n')).not.toContain(stopped)
    expect(text).toContain('latchkey_outbox_paused 1')
    expect(text.join('\n')).not.toMatch(/@/)
    for (const line of text) expect(line).toMatch(wellFormed)
  })

  it('are all that the dashboard, the alert rules and the documentation name', async () => {
    const told = new Set(
      (await readMetrics()).flatMap(({ name, type }) =>
        type === 'histogram' ? [name, `${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    )
    const dashboard = JSON.parse(readFileSync('docs/grafana-dashboard.json', 'utf8')) as Dashboard
    const rules = parse(readFileSync('docs/alert-rules.yml', 'utf8')) as AlertRules
    const expressions = [
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...rules.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    ]
    expect(expressions.length).toBeGreaterThan(15)
    const named = expressions.map(expression => expression.match(/\b(?:latchkey|process)_\w+/g) ?? [])
    for (const names of named) expect(names).not.toEqual([])
    const documented: string[] = readFileSync('docs/monitoring.md', 'utf8').match(/(?<=^\| `)\w+/gm) ?? []
    expect([...named.flat(), ...documented].filter(name => !told.has(name))).toEqual([])
    expect((await readMetrics()).map(({ name }) => name).filter(name => !documented.includes(name))).toEqual(
      [],
    )
  })
})

type Dashboard = { panels: { targets: { expr: string }[] }[] }
type AlertRules = { groups: { rules: { expr: string }[] }[] }
