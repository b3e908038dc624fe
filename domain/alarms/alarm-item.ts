// An alarm as it is handed in, in our own shape. Each is checked by itself: what is wrong with one is said of it alone.
import { z } from 'zod'
import { type Problem, problemIn } from './json-bounds'
import { readMoment } from './moment'

/** The worst first. */
export const severities = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const
export type Severity = (typeof severities)[number]

export const alarmStatuses = ['active', 'acknowledged', 'cleared'] as const
export type AlarmStatus = (typeof alarmStatuses)[number]

/** So many are taken at once. */
export const mostAlarms = 1_000

/** An alarm with all its details: bytes of its texts, levels, and values of all kinds. */
const alarmBounds = { bytes: 64 * 1024, depth: 20, values: 5_000 }

const moment = z
  .union([z.string().max(40), z.number()])
  .describe('ISO 8601, or seconds or milliseconds since 1970')

const name = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}]*$/u)

/** One alarm of `POST /api/v1/alarms`. @public */
export const alarmItem = z.object({
  originator: name(255).describe('What it is about, such as the name of a device'),
  type: name(255).describe('What is wrong with it'),
  severity: z.enum(severities),
  status: z.enum(alarmStatuses).default('active'),
  startedAt: moment
    .nullish()
    .describe('By default now; with originator and type it makes the alarm the same one'),
  endedAt: moment.nullish(),
  details: z.record(z.string(), z.unknown()).default({}),
  customerId: z.guid().nullish().describe('The customer whose users may be written to'),
  fingerprint: z
    .string()
    .min(1)
    .max(500)
    .nullish()
    .describe('What makes it the same alarm, in the place of originator, type and startedAt'),
})

export type AlarmInput = z.input<typeof alarmItem>

/** An alarm that was understood. */
export type ReadAlarm = {
  originator: string
  type: string
  severity: Severity
  status: AlarmStatus
  startedAt: Date | null
  endedAt: Date | null
  details: Record<string, unknown>
  customerId: string | null
  fingerprint: string | null
}

/** An item that was not taken: which, a code, and a sentence that names the place. @public */
export const rejectedAlarm = z.object({ index: z.int(), code: z.string(), detail: z.string() })
export type RejectedAlarm = z.infer<typeof rejectedAlarm>

/** What a call is answered. @public */
export const takenAlarms = z.object({ accepted: z.int(), rejected: z.array(rejectedAlarm) })
export type TakenAlarms = z.infer<typeof takenAlarms>

/** Reads one item, or says what is wrong with it. */
export function readItem(item: unknown): { alarm: ReadAlarm } | { problem: Problem } {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    return { problem: { code: 'not-an-object', detail: 'the alarm: an object is expected' } }
  const unbounded = problemIn(item, alarmBounds)
  if (unbounded) return { problem: unbounded }
  const { success, data, error } = alarmItem.safeParse(item)
  if (!success) return { problem: problemOf(error, item) }
  const startedAt = momentIn(data.startedAt)
  const endedAt = momentIn(data.endedAt)
  if (startedAt === undefined || endedAt === undefined)
    return {
      problem: {
        code: 'time-invalid',
        detail: timeExpected(startedAt === undefined ? 'startedAt' : 'endedAt'),
      },
    }
  const { customerId = null, fingerprint = null, originator, type, severity, status } = data
  return {
    alarm: {
      originator,
      type,
      severity,
      status,
      startedAt,
      endedAt,
      // As they came: a copy would lose a name such as __proto__.
      details: (item as { details?: Record<string, unknown> }).details ?? {},
      customerId,
      fingerprint,
    },
  }
}

/** Null where there is none, undefined where it cannot be read. */
const momentIn = (value: string | number | null | undefined): Date | null | undefined =>
  value === null || value === undefined || value === '' ? null : (readMoment(value) ?? undefined)

const timeExpected = (place: string) =>
  `${place}: ISO 8601, or seconds or milliseconds since 1970 are expected, between 2000 and 2100`

function problemOf({ issues }: z.ZodError, item: object): Problem {
  const { path = [], message = '' } = issues[0] ?? {}
  const field = String(path[0] ?? '')
  if ((item as Record<string, unknown>)[field] === undefined)
    return { code: 'missing', detail: `${field}: is missing` }
  if (field === 'severity')
    return { code: 'severity-unknown', detail: `severity: one of ${severities.join(', ')} is expected` }
  if (field === 'status')
    return { code: 'status-unknown', detail: `status: one of ${alarmStatuses.join(', ')} is expected` }
  if (field === 'startedAt' || field === 'endedAt')
    return { code: 'time-invalid', detail: timeExpected(field) }
  return { code: 'invalid', detail: `${path.join('.')}: ${message}` }
}
