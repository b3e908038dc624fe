// A real Alertmanager, where there is one (Debian's `prometheus-alertmanager`): it groups, and posts what fires and what
// is over to the API with a key.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, expect, it } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { evaluateAlarms } from '@/domain/alarms/alarm-work'
import { saveRule } from '@/domain/alarms/rules'
import { endSandbox } from '@/domain/alarms/sandbox'
import { freePort } from '@/e2e/fixtures/app'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { handle } from './handle'
import { keyOf } from './testing/ask'

useTestDatabase()
afterAll(endSandbox)

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const program = (process.env.PATH ?? '')
  .split(path.delimiter)
  .flatMap(folder => ['prometheus-alertmanager', 'alertmanager'].map(name => path.join(folder, name)))
  .find(file => existsSync(file))

it('takes what an Alertmanager says: fired, grouped, resolved', { timeout: 60_000 }, async context => {
  if (!program) return context.skip('there is no alertmanager here: Debian has it as prometheus-alertmanager')
  const { acme } = await twoTenants()
  await saveRule(acme.adminViewer, {
    name: 'Pages',
    settings: { severities: ['critical'], recipients: ['watch@example.org'], cleared: true },
  })
  const key = await keyOf(acme.adminViewer, { scopes: ['alarms:write'], networks: ['127.0.0.1/32'] })
  const { url, posts } = await api()
  const alertmanager = await startAlertmanager(program, `${url}/api/v1/alarms/alertmanager`, key)
  const startsAt = new Date(Date.now() - 60_000).toISOString()
  const alert = (instance: string, more = {}) => ({
    labels: { alertname: 'InstanceDown', severity: 'page', instance },
    annotations: { summary: `${instance} is down` },
    startsAt,
    generatorURL: 'http://prometheus.test/graph',
    ...more,
  })

  await alertmanager.post([alert('web-1:9100'), alert('web-2:9100')])
  await until(() => posts.length > 0)
  expect(posts).toEqual([{ status: 202, statuses: ['firing', 'firing'] }])
  await evaluateAlarms(acme.id)
  expect(await alarms()).toEqual([
    ['web-1:9100', 'InstanceDown', 'critical', 'active', startsAt, null],
    ['web-2:9100', 'InstanceDown', 'critical', 'active', startsAt, null],
  ])
  expect(await mails()).toEqual([
    [expect.stringContaining('web-1:9100'), 'web-1:9100'],
    [expect.stringContaining('web-2:9100'), 'web-2:9100'],
  ])

  const endsAt = new Date(Date.now() - 1_000).toISOString()
  await alertmanager.post([alert('web-1:9100', { endsAt })])
  await until(() => posts.some(({ statuses }) => statuses.includes('resolved')))
  await evaluateAlarms(acme.id)
  expect(await alarms()).toEqual([
    ['web-1:9100', 'InstanceDown', 'critical', 'cleared', startsAt, endsAt],
    ['web-2:9100', 'InstanceDown', 'critical', 'active', startsAt, null],
  ])
  // Only of the one that is over: that the other still fires is no news.
  expect(await mails()).toHaveLength(3)
  expect((await mails())[2]).toEqual([expect.stringMatching(/^Cleared: .*web-1:9100/), 'web-1:9100'])
  expect(posts.every(({ status }) => status === 202)).toBe(true)
})

const alarms = async () =>
  (await db().alarm.findMany({ orderBy: { originator: 'asc' } })).map(one => [
    one.originator,
    one.type,
    one.severity,
    one.status,
    one.startedAt.toISOString(),
    one.endedAt?.toISOString() ?? null,
  ])

/** What is said of which alarm. */
const mails = async () =>
  (
    await db().$queryRaw<{ subject: string; originator: string }[]>`
      SELECT mail.parameters->>'subject' AS subject, alarm.originator
      FROM "OutboundMail" mail JOIN "AlarmMail" told ON told."mailId" = mail.id JOIN "Alarm" alarm ON alarm.id = told."alarmId"
      ORDER BY mail."createdAt", alarm.originator`
  ).map(({ subject, originator }) => [subject, originator])

/** The API on a port of loopback. @returns with what it is posted, and how it answers */
async function api() {
  const posts: { status: number; statuses: string[] }[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const answer = await handle(
      new Request(`http://${request.headers.host}${request.url}`, {
        method: request.method,
        body,
        headers: {
          authorization: request.headers.authorization ?? '',
          'content-type': request.headers['content-type'] ?? '',
          'x-client-address': '127.0.0.1',
        },
      }),
    )
    const { alerts } = JSON.parse(body) as { alerts: { status: string }[] }
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    posts.push({ status: answer.status, statuses: alerts.map(({ status }) => status) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts }
}

async function startAlertmanager(file: string, url: string, key: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-alertmanager-'))
  ends.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const settings = {
    route: {
      receiver: 'latchkey',
      group_by: ['alertname'],
      group_wait: '300ms',
      group_interval: '300ms',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: 'latchkey',
        webhook_configs: [
          { url, send_resolved: true, http_config: { authorization: { type: 'Bearer', credentials: key } } },
        ],
      },
    ],
  }
  // JSON is YAML.
  const config = path.join(folder, 'alertmanager.yml')
  writeFileSync(config, JSON.stringify(settings))
  const address = `127.0.0.1:${await freePort()}`
  const child = spawn(
    file,
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  )
  const ended = once(child, 'exit')
  ends.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await until(() =>
    fetch(`http://${address}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return {
    async post(alerts: object[]): Promise<void> {
      const { status } = await fetch(`http://${address}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
      })
      if (status !== 200) throw new Error(`Alertmanager answered ${status}`)
    },
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); await pause(50))
    if (Date.now() > deadline) throw new Error('it took too long')
}
