// Asks the API as a program would, and holds every answer against its description.
import { Ajv2020 } from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import { createKey } from '@/domain/api-keys/api-key'
import { scopesFor } from '@/domain/api-keys/scopes'
import type { Viewer } from '@/domain/viewer'
import { handle } from '../handle'
import { describeApi } from '../openapi'

type Described = {
  paths: Record<string, Record<string, { operationId: string; responses: Record<string, Response> }>>
}
type Response = { content?: Record<string, { schema: object }> }

export const description = describeApi('http://latchkey.test') as unknown as Described &
  Record<string, unknown>
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema({ $id: 'api', ...description })

export type Said = {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a program reads what it knows to be there
  body: any
}

type More = { body?: unknown; text?: string; headers?: Record<string, string>; address?: string }

/** @param what for example `POST /users` */
export async function ask(key: string | null, what: string, more: More = {}): Promise<Said> {
  const [method = '', path = ''] = what.split(' ')
  const text = more.text ?? (more.body === undefined ? undefined : JSON.stringify(more.body))
  const request = new Request(`http://latchkey.test/api/v1${path}`, {
    method,
    body: text,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(text !== undefined && { 'content-type': 'application/json' }),
      'x-client-address': more.address ?? '192.0.2.9',
      ...more.headers,
    },
  })
  const response = await handle(request)
  const answer = await response.text()
  const said = {
    status: response.status,
    headers: response.headers,
    body: answer ? JSON.parse(answer) : null,
  }
  holdAgainstDescription(method, path, said)
  return said
}

/** @throws if an operation answers what its description does not say */
function holdAgainstDescription(method: string, path: string, { status, headers, body }: Said): void {
  const bare = `/api/v1${path.replace(/\?.*/s, '')}`
  const [at, operations] =
    Object.entries(description.paths).find(
      ([template, known]) =>
        known[method.toLowerCase()] && new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare),
    ) ?? []
  if (!at || !operations) {
    if (status !== 404 && status !== 405) throw new Error(`${method} ${bare} is not described`)
    return
  }
  const verb = method.toLowerCase()
  const response = operations[verb]?.responses[status]
  if (!response)
    throw new Error(`${method} ${at} answered ${status}, which is not described: ${JSON.stringify(body)}`)
  const type = headers.get('content-type') ?? ''
  if (!response.content) {
    if (body !== null) throw new Error(`${method} ${at} answered ${status} with a body`)
    return
  }
  if (!response.content[type]) throw new Error(`${method} ${at} answered ${status} as ${type}`)
  const place = [at, verb, 'responses', status, 'content', type, 'schema']
    .map(part => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
    .map(encodeURIComponent)
    .join('/')
  const validate = ajv.compile({ $ref: `api#/paths/${place}` })
  if (!validate(body))
    throw new Error(
      `${method} ${at} answered ${status}, and it is not as described: ${ajv.errorsText(validate.errors)}`,
    )
}

/** A key with all scopes that its maker can give, and as many requests as a test wants. */
export const keyOf = async (viewer: Viewer, change: Partial<Parameters<typeof createKey>[1]> = {}) =>
  (
    await createKey(viewer, {
      name: 'Test',
      scopes: scopesFor(viewer.role),
      days: null,
      networks: [],
      perMinute: 60_000,
      ...change,
    })
  ).text
