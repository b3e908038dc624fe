// How the API says no: RFC 9457, with the code of the refusal, so that a program need not read sentences.
import type { z } from 'zod'
import { englishFor } from '@/lib/i18n/english'
import { ChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'

type Fault = { field: string; code: string; detail: string }

export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  /** The field that is wrong, as a path with dots */
  field?: string
  /** All that is wrong with what was sent */
  errors?: Fault[]
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Codes of the API itself and of refusals that do not follow from their name. */
const statuses: Record<string, number> = {
  'body-unreadable': 400,
  'body-empty': 400,
  'text-unstorable': 400,
  'idempotency-key-invalid': 400,
  'key-missing': 401,
  'key-unknown': 401,
  'key-expired': 401,
  'key-maker-gone': 401,
  'key-elsewhere': 403,
  'scope-missing': 403,
  'not-allowed': 403,
  'acting-as': 403,
  'prove-yourself': 403,
  'operation-unknown': 404,
  'method-unknown': 405,
  'alarm-body-invalid': 400,
  'too-many-alarms': 413,
  'alarm-mapping-failed': 400,
  'email-taken': 409,
  'tenant-name-taken': 409,
  'customer-name-taken': 409,
  'request-under-way': 409,
  'changed-meanwhile': 412,
  'body-too-large': 413,
  'media-type': 415,
  'idempotency-key-reused': 422,
  'too-many-attempts': 429,
  'too-many-requests': 429,
}

/** The status of a refusal: what is not there, what is wrong with a field, or what stands in the way. */
const statusOf = ({ code, options }: Refusal): number =>
  statuses[code] ?? (options.field ? 422 : code.endsWith('-not-found') ? 404 : 409)

/** The answer to a refusal. */
export async function problemOf(refusal: Refusal): Promise<Problem> {
  const { code, options } = refusal
  const detail = await englishFor(['refusals'], code, options.values)
  const changed =
    refusal instanceof ChangedMeanwhile
      ? refusal.changed.map(field => ({ field, code, detail: refusal.current[field] ?? '' }))
      : undefined
  return problem(statusOf(refusal), code, detail, { field: options.field, errors: changed })
}

/** The answer to what does not fit the description, with all that is wrong. */
export async function invalid({ issues }: z.ZodError): Promise<Problem> {
  const errors = await Promise.all(
    issues.slice(0, 50).map(async ({ path, message }): Promise<Fault> => {
      const field = path.map(String).join('.').slice(0, 200)
      const known = /^[a-z]+(-[a-z]+)+$/.test(message)
      return known
        ? { field, code: message, detail: await englishFor(['invalid', 'mailServerInvalid'], message) }
        : { field, code: 'invalid', detail: message.slice(0, 500) }
    }),
  )
  const [first] = errors
  const detail = first ? `${first.field ? `${first.field}: ` : ''}${first.detail}` : ''
  return problem(400, first?.code ?? 'invalid', detail, { field: first?.field || undefined, errors })
}

/** What went wrong on our side: no word of it leaves. */
export const failed = (): Problem =>
  problem(500, 'failed', 'Something went wrong here. It was logged; try again in a moment.')

function problem(
  status: number,
  code: string,
  detail: string,
  rest: Pick<Problem, 'field' | 'errors'> = {},
): Problem {
  return {
    type: `urn:latchkey:problem:${code}`,
    title: titles[status] ?? 'Refused',
    status,
    detail,
    code,
    ...(rest.field !== undefined && { field: rest.field }),
    ...(rest.errors && { errors: rest.errors }),
  }
}

/** The refusal of a header, a path or a body, before any operation is asked. */
export const refuse = (code: string, values?: Record<string, string | number>, field?: string): never => {
  throw new Refusal(code, { values, field })
}
