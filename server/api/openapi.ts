// The description of the API (OpenAPI 3.1), made of what the requests are checked with.
import { z } from 'zod'
import type { Operation } from './operation'
import { operations } from './operations'
import { answers, requests } from './schemas'

type Json = Record<string, unknown>

/** Statuses that every operation may end with, by what they say. */
const always: Record<number, string> = {
  400: 'What was sent does not fit the description, or cannot be read',
  401: 'No key, or one that does not work',
  403: 'The key may not do that',
  404: 'There is no such thing, or it is not yours',
  409: 'Something stands in the way',
  422: 'A field says what cannot be done',
  429: 'Too many requests: try again after `Retry-After` seconds',
  500: 'It failed here, and was logged',
  503: 'The database does not answer',
}

/** The statuses that an operation may answer with. */
function statusesOf({ method, body, read, status = 200 }: Operation): number[] {
  return [
    ...Object.keys(always).map(Number),
    status,
    ...(method === 'GET' ? [304] : []),
    ...(read && method !== 'GET' ? [412] : []),
    ...(body ? [413, 415] : []),
  ].sort((one, other) => one - other)
}

const further: Record<number, string> = {
  304: 'It is as you know it (`If-None-Match`)',
  412: 'It has changed since you read it (`If-Match`)',
  413: 'More than is taken at once',
  415: 'The body is of another type',
}

/** The whole description. @param appUrl where the API is reached */
export function describeApi(appUrl: string): Json {
  const paths: Record<string, Json> = {}
  for (const one of operations) {
    const at = `/api/v1${one.path}`
    paths[at] = { ...paths[at], [one.method.toLowerCase()]: describeOperation(one) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version: '1',
      description:
        'What the pages of Latchkey do, for programs. A key (`Authorization: Bearer lk_…`) acts as the administrator who made it, within its scopes. Errors are RFC 9457 problems whose `code` says which. Every POST takes an `Idempotency-Key`: asked again within a day, it is answered and not done again. What is read carries an `ETag`; with `If-Match` nothing is changed that has changed meanwhile.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: appUrl }],
    security: [{ key: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map(name => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key from Settings, API keys' },
      },
      schemas: { ...schemasOf(answers, 'output'), ...schemasOf(requests, 'input'), Problem: problem },
    },
  }
}

function schemasOf(registry: typeof answers, io: 'input' | 'output'): Json {
  const uri = (id: string) => `#/components/schemas/${id}`
  const { schemas } = z.toJSONSchema(registry, { io, uri, unrepresentable: 'any' })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  )
}

const named = (schema: z.ZodType): Json => {
  const id = answers.get(schema)?.id ?? requests.get(schema)?.id
  if (!id) throw new Error('A schema of the API has no name.')
  return { $ref: `#/components/schemas/${id}` }
}

function describeOperation(one: Operation): Json {
  const {
    id,
    tag,
    summary,
    description,
    scope,
    body,
    answer,
    mediaTypes = [],
    optionalBody,
    status = 200,
  } = one
  const codes = one.refusals?.length ? ` Codes: ${one.refusals.map(code => `\`${code}\``).join(', ')}.` : ''
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: `${description ? `${description} ` : ''}Needs the scope \`${scope}\`.`,
    parameters: [...pathParameters(one), ...queryParameters(one), ...headerParameters(one)],
    ...(body && {
      requestBody: {
        required: !optionalBody,
        content: Object.fromEntries(
          ['application/json', ...mediaTypes].map(type => [type, { schema: named(body) }]),
        ),
      },
    }),
    responses: Object.fromEntries(
      statusesOf(one).map(code => [
        code,
        code === status
          ? {
              description: 'Done',
              headers: pace,
              ...(answer && { content: { 'application/json': { schema: named(answer) } } }),
            }
          : code === 304
            ? { description: further[304] }
            : {
                description: `${always[code] ?? further[code]}.${code === 409 || code === 422 ? codes : ''}`,
                content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
              },
      ]),
    ),
  }
}

const pathParameters = ({ path }: Operation): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

function queryParameters({ query }: Operation): Json[] {
  if (!query) return []
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => {
    const { description, ...rest } = schema as Json
    return {
      name,
      in: 'query',
      required: required.includes(name),
      ...(description ? { description } : {}),
      schema: rest,
    }
  })
}

const header = (name: string, description: string): Json => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
})

const headerParameters = ({ method, read }: Operation): Json[] => [
  ...(method === 'POST'
    ? [
        header(
          'Idempotency-Key',
          'Names this request: it is done once, however often it is sent within a day',
        ),
      ]
    : []),
  ...(read && method !== 'GET' ? [header('If-Match', 'The `ETag` of what you have read')] : []),
  ...(method === 'GET' ? [header('If-None-Match', 'The `ETag` of what you have')] : []),
]

const pace = {
  RateLimit: {
    description: 'How many requests are left, and for how many seconds',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': { description: 'How many requests there are in a window', schema: { type: 'string' } },
}

const problem: Json = {
  type: 'object',
  description: 'RFC 9457',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'A sentence for a person' },
    code: { type: 'string', description: 'What it is, for a program' },
    field: { type: 'string', description: 'Which field is wrong' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          field: { type: 'string' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
        required: ['field', 'code', 'detail'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code'],
}
