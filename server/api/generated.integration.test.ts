// Every operation, with bodies and queries that fit its description and with those that do not: whatever comes, the
// answer is one that is described (see testing/ask.ts), and never that it failed.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { twoTenants } from '@/domain/accounts/testing/people'
import { useTestDatabase } from '@/lib/testing/database'
import { operations } from './operations'
import { ask, description, keyOf } from './testing/ask'

useTestDatabase()

type Schema = Record<string, unknown> & {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
}

const components = (description.components as { schemas: Record<string, Schema> }).schemas

/** Values that a schema allows, as far as it says so. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return fitting(components[schema.$ref.replace(/.*\//, '')] ?? {})
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(fitting))
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, one]) => [name, fitting(one)]),
        ),
        { requiredKeys: schema.required ?? [] },
      )
    case 'array':
      return fc.array(fitting(schema.items ?? {}), { maxLength: 3 })
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1_000, 100_000) })
    case 'number':
      return fc.oneof(
        fc.integer({ min: 1, max: 65_535 }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      )
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return schema.format === 'uuid' || schema.pattern?.includes('0-9a-fA-F')
        ? fc.uuid()
        : fc.oneof(
            fc.emailAddress(),
            fc.string({ unit: 'grapheme', maxLength: Math.min(schema.maxLength ?? 40, 40) }),
            fc.constantFrom('smtp.invalid', 'noreply@example.org', '2026-01-01T00:00:00Z', 'de', 'Acme'),
          )
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

/** What clients send when they are wrong, and what people send who look for a way in. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    '',
    0,
    -1,
    1e308,
    true,
    '\u0000',
    '\ud800',
    '\u202e',
    'x'.repeat(70_000),
    '__proto__',
    "' OR 1=1 --",
    '00000000-0000-0000-0000-000000000000',
    { $gt: '' },
    [[[[[[]]]]]],
  ),
)

/** What fits, with some of it broken. */
const breaking = (schema: Schema): fc.Arbitrary<unknown> => {
  const known = schema.$ref ? (components[schema.$ref.replace(/.*\//, '')] ?? {}) : schema
  const names = [...Object.keys(known.properties ?? {}), '__proto__', 'other']
  return fc.oneof(
    odd,
    fc
      .tuple(fitting(known), fc.constantFrom(...names), odd)
      .map(([value, name, wrong]) =>
        value && typeof value === 'object' ? { ...value, [name]: wrong } : wrong,
      ),
  )
}

type Described = {
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

const runs = 12

describe.each(operations.map(one => ({ name: `${one.method} ${one.path}`, one })))('$name', ({ one }) => {
  test('answers whatever comes as it is described', { timeout: 60_000 }, async () => {
    const { root, acme } = await twoTenants()
    const keys = [await keyOf(root), await keyOf(acme.adminViewer)]
    const known = [acme.id, acme.customerId, acme.user.id, acme.pending.id]
    const described = description.paths[`/api/v1${one.path}`] as unknown as Record<string, Described>
    const { parameters = [], requestBody } = described[one.method.toLowerCase()] ?? {}
    const body = requestBody?.content['application/json']?.schema
    const asked = parameters.filter(parameter => parameter.in === 'query')
    const request = fc.record({
      key: fc.constantFrom(...keys),
      id: fc.oneof(
        fc.constantFrom(...known),
        fc.uuid(),
        fc.constantFrom('x', '..', '%00', '\0', '0', 'ü', "'"),
      ),
      body: body ? fc.oneof(fitting(body), breaking(body)) : fc.constant(undefined),
      query: fc.record(
        Object.fromEntries(asked.map(({ name, schema }) => [name, fc.oneof(fitting(schema), odd)])),
        { requiredKeys: [] },
      ),
      headers: fc.record(
        {
          'if-match': fc.constantFrom('*', '"x"', 'W/"x"', ',', '"'),
          'idempotency-key': fc.constantFrom('a', 'b', 'ab-1'),
        },
        { requiredKeys: [] },
      ),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ key, id, body: sent, query, headers }) => {
        const search = new URLSearchParams(
          Object.entries(query).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        )
        const path = one.path.replace(/\{\w+\}/g, encodeURIComponent(id))
        const said = await ask(key, `${one.method} ${path}${search.size > 0 ? `?${search}` : ''}`, {
          body: sent,
          headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
        })
        expect(said.status).toBeLessThan(500)
      }),
      { numRuns: runs, endOnFailure: true },
    )
  })
})
