import { z } from 'zod'
import { alarmItem, alarmStatuses, severities, takenAlarms } from '@/domain/alarms/alarm-item'
import { acknowledgeAlarm, listAlarms, readAlarm } from '@/domain/alarms/alarms'
import { alarmFormats, takeForeignAlarms } from '@/domain/alarms/foreign'
import { takeAlarms } from '@/domain/alarms/intake'
import type { Viewer } from '@/domain/viewer'
import type { Alarm as AlarmRow } from '@/generated/prisma/client'
import { operation } from '../operation'
import { asked, at, atOrNull, id, moment, optionalId, told } from '../schemas'

const Facts = z.object({
  id,
  tenantId: id,
  originator: z.string(),
  type: z.string(),
  severity: z.enum(severities),
  status: z.enum(alarmStatuses),
  startedAt: moment,
  createdAt: moment,
  repeats: z.number().int().describe('How often it came in again'),
})
const ListedAlarm = told('ListedAlarm', Facts)
const Alarm = told(
  'Alarm',
  Facts.extend({
    endedAt: moment.nullable(),
    customerId: optionalId,
    details: z.unknown(),
    events: z
      .array(
        z.object({
          kind: z.string(),
          at: moment,
          outcomes: z.unknown().describe('What each rule made of it; null while that is not known'),
        }),
      )
      .describe('The last fifty, newest first'),
    mails: z.array(z.object({ id, recipient: z.string(), state: z.string(), createdAt: moment })),
  }),
)

type Listed = Pick<
  AlarmRow,
  'id' | 'tenantId' | 'originator' | 'type' | 'severity' | 'status' | 'startedAt' | 'createdAt' | 'repeats'
>

const listed = (alarm: Listed): z.output<typeof Facts> => ({
  id: alarm.id,
  tenantId: alarm.tenantId,
  originator: alarm.originator,
  type: alarm.type,
  severity: alarm.severity as z.output<typeof Facts>['severity'],
  status: alarm.status as z.output<typeof Facts>['status'],
  startedAt: at(alarm.startedAt),
  createdAt: at(alarm.createdAt),
  repeats: alarm.repeats,
})

async function read(viewer: Viewer, alarmId: string): Promise<z.output<typeof Alarm>> {
  const alarm = await readAlarm(viewer, alarmId)
  return {
    ...listed(alarm),
    endedAt: atOrNull(alarm.endedAt),
    customerId: alarm.customerId,
    details: alarm.details,
    events: alarm.events.map(({ kind, at: when, outcomes }) => ({ kind, at: at(when), outcomes })),
    mails: alarm.mails.map(mail => ({
      id: mail.id,
      recipient: mail.recipient,
      state: mail.state,
      createdAt: at(mail.createdAt),
    })),
  }
}

const tag = 'Alarms'
const whose = {
  tenantId: id.optional().describe('Whose they are: needed for the system administrator'),
}
const Taken = told('TakenAlarms', takenAlarms)
const Foreign = asked('ForeignAlarms', z.unknown())
const intake = {
  method: 'POST',
  tag,
  scope: 'alarms:write',
  status: 202,
  answer: Taken,
  query: z.strictObject(whose),
  looksItself: true,
  refusals: ['too-many-alarms', 'tenant-required', 'tenant-not-found'],
} as const

const senders: Record<(typeof alarmFormats)[number], string> = {
  alertmanager: 'What the webhook of Prometheus Alertmanager posts',
  grafana: 'What a webhook contact point of Grafana posts',
  thingsboard: 'Alarms of ThingsBoard, one or an array',
  cloudevents: 'CloudEvents in JSON, one or a batch',
  mapped: 'Any JSON, of which the mapping of the tenant (JSONata) makes alarms',
}

export const alarms = [
  operation({
    ...intake,
    id: 'takeAlarms',
    path: '/alarms',
    summary: 'Hand alarms in: one, or up to 1,000',
    description:
      'Each is looked at by itself: what is wrong with one keeps none of the others out. The same alarm twice is one. Answered once all that were accepted are committed.',
    body: asked('Alarms', z.union([alarmItem, z.array(alarmItem).max(1_000)])),
    async run({ viewer, query, body }) {
      const items: unknown[] = Array.isArray(body) ? body : [body]
      return { body: await takeAlarms(viewer, items, query) }
    },
  }),
  ...alarmFormats.map(format =>
    operation({
      ...intake,
      id: `take${format[0]?.toUpperCase()}${format.slice(1)}Alarms`,
      path: `/alarms/${format}`,
      summary: senders[format],
      body: Foreign,
      mediaTypes:
        format === 'cloudevents'
          ? ['application/cloudevents+json', 'application/cloudevents-batch+json']
          : undefined,
      refusals: [...intake.refusals, 'alarm-body-invalid', 'alarm-mapping-missing', 'alarm-mapping-failed'],
      async run({ viewer, query, body }) {
        return { body: await takeForeignAlarms(viewer, format, body, query) }
      },
    }),
  ),
  operation({
    id: 'listAlarms',
    method: 'GET',
    path: '/alarms',
    tag,
    summary: 'The alarms that came in, newest first, fifty at a time',
    scope: 'alarms:read',
    query: z.strictObject({
      ...whose,
      severity: z.enum(severities).optional(),
      status: z.enum(alarmStatuses).optional(),
      after: z.string().max(200).optional().describe('`next` of the page before this one'),
    }),
    answer: told('AlarmPage', z.object({ items: z.array(ListedAlarm), next: z.string().nullable() })),
    async run({ viewer, query: { after, ...filter } }) {
      const { alarms: found, older = null } = await listAlarms(viewer, filter, { before: after })
      return { body: { items: found.map(listed), next: older } }
    },
  }),
  operation({
    id: 'readAlarm',
    method: 'GET',
    path: '/alarms/{id}',
    tag,
    summary: 'One alarm, what became of it, and its mails',
    scope: 'alarms:read',
    answer: Alarm,
    async run({ viewer, params: { id: alarmId = '' } }) {
      return { body: await read(viewer, alarmId) }
    },
  }),
  operation({
    id: 'acknowledgeAlarm',
    method: 'POST',
    path: '/alarms/{id}/acknowledge',
    tag,
    summary: 'Say that somebody looks after it',
    scope: 'alarms:write',
    answer: Alarm,
    async run({ viewer, params: { id: alarmId = '' } }) {
      await acknowledgeAlarm(viewer, alarmId)
      return { body: await read(viewer, alarmId) }
    },
  }),
]
