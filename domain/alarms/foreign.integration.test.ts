// Payloads as the products document them, and what they become.
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { takeForeignAlarms } from './foreign'
import { previewMapping, readMapping, saveMapping } from './mapping'
import { endSandbox } from './sandbox'

useTestDatabase()
afterAll(endSandbox)

let world: Awaited<ReturnType<typeof twoTenants>>
beforeEach(async () => {
  world = await twoTenants()
})
const take = (format: Parameters<typeof takeForeignAlarms>[1], body: unknown) =>
  takeForeignAlarms(world.acme.adminViewer, format, body)
const rows = () => db().alarm.findMany({ orderBy: { id: 'asc' } })

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const alertmanager = (status: 'firing' | 'resolved') => ({
  version: '4',
  groupKey: '{}:{alertname="HighRequestLatency"}',
  truncatedAlerts: 0,
  status,
  receiver: 'latchkey',
  groupLabels: { alertname: 'HighRequestLatency' },
  commonLabels: { alertname: 'HighRequestLatency', job: 'myjob', severity: 'page' },
  commonAnnotations: { summary: 'High request latency' },
  externalURL: 'http://alertmanager:9093',
  alerts: [
    {
      status,
      labels: { alertname: 'HighRequestLatency', instance: 'web-1:9100', job: 'myjob', severity: 'page' },
      annotations: { summary: 'High request latency' },
      startsAt: '2026-11-30T10:00:00.123456789Z',
      endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-11-30T10:30:00Z',
      generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
      fingerprint: 'c1d2e3f4a5b60718',
    },
  ],
})

/** https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/ */
const grafana = {
  receiver: 'My Super Webhook',
  status: 'firing',
  orgId: 1,
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'High memory usage', team: 'blue', zone: 'us-1' },
      annotations: {
        description: 'The system has high memory usage',
        runbook_url: 'https://myrunbook.com/runbook/1234',
      },
      startsAt: '2026-10-12T09:51:03.157076+02:00',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://play.grafana.org/alerting/1afz29v7z/edit',
      fingerprint: 'c6eadffa33fcdf37',
      silenceURL: 'https://play.grafana.org/alerting/silence/new',
      dashboardURL: '',
      panelURL: '',
      values: { B: 44.23943737541908, C: 1 },
    },
    {
      status: 'firing',
      labels: { alertname: 'High CPU usage', team: 'blue', zone: 'eu-1', severity: 'warning' },
      annotations: { description: 'The system has high CPU usage' },
      startsAt: '2026-10-12T09:56:03.157076+02:00',
      endsAt: '0001-01-01T00:00:00Z',
      fingerprint: 'd1e04b8f0e8a1c2f',
      values: { B: 44.23943737541908, C: 1 },
    },
  ],
  groupLabels: {},
  commonLabels: { team: 'blue' },
  version: '1',
  title: '[FIRING:2]  (blue)',
  state: 'alerting',
}

/** An AlarmInfo of ThingsBoard's REST API and rule chains. */
const thingsboard = {
  id: { entityType: 'ALARM', id: '784f394c-42b6-435a-983c-b7beff2784f9' },
  createdTime: 1_790_000_000_000,
  tenantId: { entityType: 'TENANT', id: '784f394c-42b6-435a-983c-b7beff2784f0' },
  customerId: { entityType: 'CUSTOMER', id: '784f394c-42b6-435a-983c-b7beff2784f1' },
  type: 'High Temperature Alarm',
  originator: { entityType: 'DEVICE', id: '784f394c-42b6-435a-983c-b7beff2784f2' },
  severity: 'CRITICAL',
  acknowledged: false,
  cleared: false,
  assigneeId: null,
  startTs: 1_790_000_000_000,
  endTs: 1_790_000_100_000,
  ackTs: 0,
  clearTs: 0,
  assignTs: 0,
  propagate: true,
  details: { temperature: 42.1 },
  originatorName: 'Thermostat',
  originatorLabel: 'Thermostat label',
  name: 'High Temperature Alarm',
  status: 'ACTIVE_UNACK',
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
const cloudEvent = {
  specversion: '1.0',
  type: 'com.example.battery.low',
  source: '/devices',
  subject: 'sensor-12',
  id: 'A234-1234-1234',
  time: '2026-11-05T17:31:00Z',
  datacontenttype: 'application/json',
  data: { severity: 'WARNING', level: 7 },
}

describe('alarms of', () => {
  it('Alertmanager fire, fire again and are resolved as one', async () => {
    expect(await take('alertmanager', alertmanager('firing'))).toEqual({ accepted: 1, rejected: [] })
    await take('alertmanager', alertmanager('firing'))
    await take('alertmanager', alertmanager('resolved'))
    expect(await rows()).toMatchObject([
      {
        originator: 'web-1:9100',
        type: 'HighRequestLatency',
        severity: 'critical',
        status: 'cleared',
        source: 'alertmanager',
        startedAt: new Date('2026-11-30T10:00:00.123Z'),
        endedAt: new Date('2026-11-30T10:30:00Z'),
        details: { labels: { job: 'myjob' }, annotations: { summary: 'High request latency' } },
      },
    ])
  })

  it('Grafana', async () => {
    expect(await take('grafana', grafana)).toEqual({ accepted: 2, rejected: [] })
    expect(await rows()).toMatchObject([
      { type: 'High memory usage', severity: 'indeterminate', details: { values: { C: 1 } } },
      { type: 'High CPU usage', severity: 'warning', status: 'active' },
    ])
  })

  it('ThingsBoard', async () => {
    await take('thingsboard', thingsboard)
    await take('thingsboard', { ...thingsboard, acknowledged: true, status: 'ACTIVE_ACK' })
    expect(await rows()).toMatchObject([
      {
        originator: 'Thermostat label',
        type: 'High Temperature Alarm',
        severity: 'critical',
        status: 'acknowledged',
        details: { temperature: 42.1 },
      },
    ])
    await take('thingsboard', [
      { ...thingsboard, cleared: true, clearTs: 1_790_000_200_000, status: 'CLEARED_ACK' },
    ])
    expect(await rows()).toMatchObject([{ status: 'cleared', endedAt: new Date(1_790_000_200_000) }])
  })

  it('CloudEvents, one or a batch, and their end', async () => {
    await take('cloudevents', cloudEvent)
    await take('cloudevents', [cloudEvent])
    expect(await rows()).toMatchObject([
      {
        originator: 'sensor-12',
        type: 'com.example.battery.low',
        severity: 'warning',
        repeats: 1,
        details: { level: 7 },
      },
    ])
    await take('cloudevents', { ...cloudEvent, id: 'B', data: { status: 'cleared' } })
    expect(await rows()).toMatchObject([{ status: 'cleared' }])
  })

  it('any JSON, by the mapping of the tenant', async () => {
    const { adminViewer } = world.acme
    const body = {
      events: [
        { device: 'Pump', problem: 'Low', level: 1 },
        { device: 'Pump', level: 9 },
      ],
    }
    const expression =
      'events.{"originator": device, "type": problem, "severity": level = 1 ? "critical" : "minor", "details": $}'
    expect(await refusalOf(take('mapped', body))).toBe('alarm-mapping-missing')
    expect(await previewMapping(adminViewer, expression, body)).toMatchObject({
      alarms: [{ originator: 'Pump', severity: 'critical' }],
      rejected: [{ index: 1, code: 'missing' }],
    })
    expect(await refusalOf(saveMapping(adminViewer, 'events.{'))).toBe('alarm-mapping-invalid')
    await saveMapping(adminViewer, expression)
    expect(await readMapping(adminViewer)).toBe(expression)
    expect(await readMapping(world.other.adminViewer)).toBe('')
    expect(await take('mapped', body)).toMatchObject({
      accepted: 1,
      rejected: [{ index: 1, code: 'missing' }],
    })
    await saveMapping(adminViewer, '( $f := function($n) { $f($n + 1) }; $f(0) )')
    expect(await refusalOf(take('mapped', body))).toBe('alarm-mapping-failed')
  })

  it.each(['alertmanager', 'grafana', 'thingsboard', 'cloudevents'] as const)(
    '%s that are none are refused or rejected, and nothing breaks',
    async format => {
      for (const body of [
        null,
        'x',
        7,
        [],
        {},
        { alerts: 'x' },
        { alerts: [null] },
        [null],
        [[]],
        { alerts: [{}] },
        { specversion: 1 },
      ]) {
        const answer = await take(format, body).catch(error => error.code)
        if (typeof answer === 'object')
          for (const { code, detail } of answer.rejected)
            expect([code, detail]).toEqual([expect.any(String), expect.stringContaining(':')])
        else expect(answer).toBe('alarm-body-invalid')
      }
    },
  )
})
