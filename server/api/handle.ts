// A request of a program: who it is, whether it may, what it asks, and the answer.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type KeyInUse, viewerOfKey } from '@/domain/api-keys/api-key'
import { type Answered, beginRequest, forgetRequest, keepAnswer } from '@/domain/api-keys/idempotency'
import { keepPace, type Pace, paceSeconds } from '@/domain/api-keys/pace'
import { env } from '@/lib/env'
import { log } from '@/lib/log'
import { Refusal } from '@/lib/refusal'
import { describeApi } from './openapi'
import type { Answer, Call, Method, Operation } from './operation'
import { operations } from './operations'
import { failed, invalid, type Problem, problemOf, refuse } from './problem'

const base = '/api/v1'

/** Answers a request below `/api/v1`, all but those for the page that shows the description. */
export async function handle(request: Request): Promise<Response> {
  if (asksForDescription(request)) return described()
  let pace: Pace | null = null
  try {
    const { found, params } = findOperation(request)
    const key = await viewerOfKey(keyIn(request), request.headers.get('x-client-address') ?? '')
    pace = await keepPace(key)
    if (pace.refused) throw new Refusal('too-many-requests', { values: { seconds: pace.resetSeconds } })
    if (!key.scopes.includes(found.scope)) refuse('scope-missing', { scope: found.scope })
    const text = await bodyText(request, found)
    const answered = await once(request, key, text, () => run(request, found, params, key, text))
    return respond(answered, pace)
  } catch (error) {
    const problem = await problemFor(error)
    const methods = error instanceof Refusal ? error.options.values?.methods : undefined
    const answered = asProblem(problem)
    return respond(
      methods ? { ...answered, headers: { ...answered.headers, Allow: String(methods) } } : answered,
      pace,
    )
  }
}

const asksForDescription = ({ method, url }: Request): boolean =>
  (method === 'GET' || method === 'HEAD') && new URL(url).pathname === `${base}/openapi.json`

let description: string | undefined

/** The description of the API, for anybody: it says nothing about this installation but its address. */
function described(): Response {
  description ??= JSON.stringify(describeApi(env().appUrl))
  return new Response(description, {
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' },
  })
}

/** Does what was asked. What is refused is an answer too: the same request is refused the same way. */
async function run(
  request: Request,
  found: Operation,
  params: Record<string, string>,
  { viewer }: KeyInUse,
  text: string,
): Promise<Answered> {
  try {
    const body = readBody(text, found)
    const query = await parsed(found.query, queryOf(request))
    const input = found.looksItself ? body : await parsed(found.body, body)
    const seen = await heldAgainst(request, found, viewer, params)
    const call: Call<unknown, unknown> = { viewer, params, query, body: input, seen }
    return answerOf(request, found, await found.run(call))
  } catch (error) {
    return asProblem(await problemFor(error))
  }
}

async function problemFor(error: unknown): Promise<Problem> {
  if (error instanceof Refusal) return problemOf(error)
  if (error instanceof z.ZodError) return invalid(error)
  log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a request of the API failed')
  return failed()
}

// What a request is about.

type Found = { found: Operation; params: Record<string, string> }

const places = operations.map(one => ({
  one,
  pattern: new RegExp(`^${one.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

function findOperation(request: Request): Found {
  const { pathname, search } = new URL(request.url)
  // The database takes none, wherever it would be looked for.
  if (/%00/.test(pathname + search)) refuse('text-unstorable')
  const path = pathname.slice(base.length).replace(/\/$/, '')
  const method = request.method === 'HEAD' ? 'GET' : (request.method as Method)
  const allowed: string[] = []
  for (const { one, pattern } of places) {
    const match = pattern.exec(path)
    if (!match) continue
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decoded(value)])
    if (one.method === method) return { found: one, params: Object.fromEntries(params) }
    allowed.push(one.method)
  }
  return refuse(
    allowed.length > 0 ? 'method-unknown' : 'operation-unknown',
    allowed.length > 0 ? { methods: allowed.join(', ') } : undefined,
  )
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return refuse('operation-unknown')
  }
}

/** The key that a request shows (RFC 6750 §2.1). */
function keyIn(request: Request): string {
  const [scheme, token = '', more] = (request.headers.get('authorization') ?? '').trim().split(/\s+/)
  return scheme?.toLowerCase() === 'bearer' && more === undefined ? token : refuse('key-missing')
}

// What it brings.

async function bodyText(
  request: Request,
  { body, optionalBody, mediaTypes = [] }: Operation,
): Promise<string> {
  if (!body) return ''
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength === 0) return optionalBody ? '' : refuse('body-empty')
  const [type = ''] = (request.headers.get('content-type') ?? '').toLowerCase().split(';')
  const known = ['application/json', ...mediaTypes]
  if (!known.includes(type.trim())) refuse('media-type', { types: known.join(', ') })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('body-unreadable')
  }
}

function readBody(text: string, { optionalBody, looksItself }: Operation): unknown {
  if (text === '') return optionalBody ? {} : undefined
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return refuse('body-unreadable')
  }
  // As JSON writes a NUL or half a pair; the database takes neither.
  if (!looksItself && /\\u(0000|d[89a-f])/i.test(text) && !isStorable(text)) refuse('text-unstorable')
  return body
}

/** Whether every text of a JSON document can be kept: no NUL, and pairs of surrogates whole. */
const isStorable = (json: string): boolean => {
  let storable = true
  JSON.parse(json, (key, value: unknown) => {
    for (const text of [key, value])
      if (typeof text === 'string' && /[\0\p{Cs}]/u.test(text)) storable = false
    return value
  })
  return storable
}

const queryOf = (request: Request): Record<string, string> =>
  Object.fromEntries(new URL(request.url).searchParams)

async function parsed(schema: Operation['body'], input: unknown): Promise<unknown> {
  if (!schema) return undefined
  const result = await schema.safeParseAsync(input)
  if (!result.success) throw result.error
  return result.data
}

/** Lets nothing be changed that is not as the program has seen it (RFC 9110 §13.1.1). */
async function heldAgainst(
  request: Request,
  { read, method }: Operation,
  viewer: KeyInUse['viewer'],
  { id = '' }: Record<string, string>,
): Promise<unknown> {
  const wanted = request.headers.get('if-match')
  if (!read || !wanted || method === 'GET') return undefined
  const current = await read(viewer, id)
  if (wanted.trim() !== '*' && !tagsIn(wanted).includes(tagOf(JSON.stringify(current))))
    throw new Refusal('changed-meanwhile')
  return current
}

// The answer.

/** A request that names itself is done once (draft-ietf-httpapi-idempotency-key-header). */
async function once(
  request: Request,
  { id }: KeyInUse,
  body: string,
  work: () => Promise<Answered>,
): Promise<Answered> {
  const named = request.method === 'POST' ? request.headers.get('idempotency-key') : null
  if (named === null) return work()
  if (!/^[\x21-\x7e]{1,255}$/.test(named)) refuse('idempotency-key-invalid')
  const url = new URL(request.url)
  const asked = `${request.method} ${url.pathname}${url.search}\n${body}`
  const begun = await beginRequest(id, named, asked)
  if (begun.answered) {
    const { headers, ...rest } = begun.answered
    return { ...rest, headers: { ...headers, 'Idempotent-Replayed': 'true' } }
  }
  const answered = await work()
  // What failed here, or was too much, may be asked again.
  if (answered.status >= 500 || answered.status === 429) await forgetRequest(begun.id)
  else await keepAnswer(begun.id, answered)
  return answered
}

function answerOf(request: Request, { method, status = 200 }: Operation, answer: Answer): Answered {
  const headers: Record<string, string> = { ...answer.headers }
  if (answer.body === undefined) return { status: answer.status ?? 204, headers, body: '' }
  const body = JSON.stringify(answer.body)
  headers['Content-Type'] = 'application/json'
  if (method === 'GET') {
    const tag = tagOf(body)
    headers.ETag = tag
    const known = request.headers.get('if-none-match')
    if (known && tagsIn(known).includes(tag)) return { status: 304, headers: { ETag: tag }, body: '' }
  }
  return { status: answer.status ?? status, headers, body }
}

const tagOf = (body: string): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
const tagsIn = (header: string): string[] => header.split(',').map(tag => tag.trim().replace(/^W\//, ''))

const asProblem = (problem: Problem): Answered => ({
  status: problem.status,
  headers: { 'Content-Type': 'application/problem+json' },
  body: JSON.stringify(problem),
})

function respond({ status, headers, body }: Answered, pace: Pace | null): Response {
  const all = new Headers({ ...headers, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
  if (status === 401) all.set('WWW-Authenticate', 'Bearer')
  if (pace) {
    // draft-ietf-httpapi-ratelimit-headers
    all.set('RateLimit-Policy', `"key";q=${pace.limit};w=${paceSeconds}`)
    all.set('RateLimit', `"key";r=${pace.remaining};t=${pace.resetSeconds}`)
    if (pace.refused) all.set('Retry-After', String(pace.resetSeconds))
  }
  return new Response(status === 204 || status === 304 ? null : body, { status, headers: all })
}
