// Alarms in the formats of other programs. Each becomes our own shape, and is then checked like that.
import type { Viewer } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import type { TakenAlarms } from './alarm-item'
import { storeAlarms } from './intake'
import { readMapped } from './mapping'

/** The last word of the path that takes them. @public */
export const alarmFormats = ['alertmanager', 'grafana', 'thingsboard', 'cloudevents', 'mapped'] as const
export type AlarmFormat = (typeof alarmFormats)[number]

/**
 * Takes alarms in the format of another program, as it posts them.
 * @param body the JSON that came
 * @returns once they are committed; places are those of the items in the body
 * @throws Refusal not-allowed, tenant-required, tenant-not-found, too-many-alarms; alarm-body-invalid where it is not
 *   that format; for `mapped` alarm-mapping-missing and alarm-mapping-failed
 */
export async function takeForeignAlarms(
  viewer: Viewer,
  format: AlarmFormat,
  body: unknown,
  options: { tenantId?: string } = {},
): Promise<TakenAlarms> {
  const items = format === 'mapped' ? await readMapped(viewer, body, options.tenantId) : readers[format](body)
  return storeAlarms(viewer, items, format, options.tenantId)
}

type Json = Record<string, unknown>

const readers: Record<Exclude<AlarmFormat, 'mapped'>, (body: unknown) => unknown[]> = {
  alertmanager: body => alertsIn(body, 'alertmanager').map(alert => ofAlert(alert)),
  grafana: body =>
    alertsIn(body, 'grafana').map(alert =>
      ofAlert(alert, {
        values: alert.values,
        valueString: alert.valueString,
        dashboardURL: alert.dashboardURL,
        panelURL: alert.panelURL,
        silenceURL: alert.silenceURL,
      }),
    ),
  thingsboard: body => list(body).map(item => (isObject(item) ? ofThingsBoard(item) : item)),
  cloudevents: body => list(body).map(item => (isObject(item) ? ofCloudEvent(item) : item)),
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const list = (body: unknown): unknown[] => (Array.isArray(body) ? body : [body])
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
const object = (value: unknown): Json => (isObject(value) ? value : {})

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, which Grafana's contact point extends. */
function alertsIn(body: unknown, format: string): Json[] {
  const alerts = object(body).alerts
  if (!Array.isArray(alerts) || !alerts.every(isObject))
    throw new Refusal('alarm-body-invalid', { values: { format, place: 'alerts' } })
  return alerts
}

/** What people write into the label `severity`, and what it is here; for anything else it is not known how bad it is. */
const severityOf: Record<string, string> = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  disaster: 'critical',
  major: 'major',
  error: 'major',
  high: 'major',
  minor: 'minor',
  medium: 'minor',
  warning: 'warning',
  warn: 'warning',
  low: 'warning',
}
const known = (word: unknown): string => severityOf[String(word ?? '').toLowerCase()] ?? 'indeterminate'

function ofAlert(alert: Json, more: Json = {}): Json {
  const labels = object(alert.labels)
  const annotations = object(alert.annotations)
  const type = text(labels.alertname) ?? text(annotations.summary) ?? 'alert'
  const resolved = alert.status === 'resolved'
  const startsAt = momentOf(alert.startsAt)
  const fingerprint = text(alert.fingerprint)
  return {
    originator: text(labels.instance) ?? text(labels.pod) ?? text(labels.job) ?? type,
    type,
    severity: known(labels.severity),
    status: resolved ? 'cleared' : 'active',
    startedAt: startsAt,
    endedAt: resolved ? momentOf(alert.endsAt) : undefined,
    // The same labels fire again and again: each time from another moment on.
    fingerprint: fingerprint && `${fingerprint} ${startsAt ?? ''}`,
    details: {
      labels,
      annotations,
      generatorURL: alert.generatorURL,
      ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
    },
  }
}

/** A zero time of Go is none. */
const momentOf = (value: unknown) =>
  typeof value === 'string' && value.startsWith('0001-') ? undefined : value

/** An alarm as ThingsBoard's rule engine and REST API have it. */
function ofThingsBoard(alarm: Json): Json {
  const originator = object(alarm.originator)
  const status = String(alarm.status ?? '')
  const cleared = alarm.cleared === true || status.startsWith('CLEARED')
  const acknowledged = alarm.acknowledged === true || status === 'ACTIVE_ACK'
  const id = text(object(alarm.id).id) ?? text(alarm.id)
  return {
    originator:
      text(alarm.originatorLabel) ??
      text(alarm.originatorName) ??
      text(alarm.originatorDisplayName) ??
      text(originator.id),
    type: alarm.type ?? alarm.name,
    severity: typeof alarm.severity === 'string' ? alarm.severity.toLowerCase() : alarm.severity,
    status: cleared ? 'cleared' : acknowledged ? 'acknowledged' : 'active',
    startedAt: alarm.startTs || alarm.createdTime || undefined,
    endedAt: cleared ? alarm.clearTs || alarm.endTs || undefined : undefined,
    fingerprint: id && `thingsboard ${id}`,
    details: {
      ...object(alarm.details),
      thingsboard: { originator, alarmId: id, customerId: object(alarm.customerId).id },
    },
  }
}

/** https://github.com/cloudevents/spec, structured mode: the event's data may be an alarm in our shape. */
function ofCloudEvent(event: Json): unknown {
  if (event.specversion === undefined || !text(event.type) || !text(event.source))
    throw new Refusal('alarm-body-invalid', {
      values: { format: 'cloudevents', place: 'specversion, type, source' },
    })
  const data = object(event.data)
  const status = data.status ?? 'active'
  return {
    originator: data.originator ?? text(event.subject) ?? event.source,
    type: data.originator !== undefined && data.type !== undefined ? data.type : event.type,
    severity: severityIn(data.severity),
    status,
    startedAt: data.startedAt ?? event.time,
    endedAt: data.endedAt,
    customerId: data.customerId,
    // Source and id tell two events apart (§3.1.1). What ends an alarm is another event than what began it.
    fingerprint:
      data.fingerprint ?? (status === 'active' && text(event.id) ? `${event.source} ${event.id}` : undefined),
    details: isObject(data.details)
      ? data.details
      : isObject(event.data)
        ? data
        : { data: event.data ?? null },
  }
}

const severityIn = (value: unknown) =>
  value === undefined
    ? 'indeterminate'
    : typeof value === 'string' && severityOf[value.toLowerCase()]
      ? known(value)
      : value
