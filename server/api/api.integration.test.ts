import { describe, expect, test } from 'vitest'
import { requestEmailChangeOf } from '@/domain/accounts/email-change'
import { removeFactorsOf } from '@/domain/accounts/factor-change'
import { answerLinkRequest } from '@/domain/accounts/password-reset'
import { administrator, person, signedIn, twoTenants } from '@/domain/accounts/testing/people'
import { disableUser } from '@/domain/accounts/users'
import { listKeys, revokeKey } from '@/domain/api-keys/api-key'
import { deleteOldRequests } from '@/domain/api-keys/idempotency'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { setClockAhead } from '@/lib/clock'
import { db } from '@/lib/db'
import { dump, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { until } from '@/lib/testing/until'
import { ask, keyOf } from './testing/ask'

useTestDatabase()

const anna = { email: 'anna@example.org', role: 'customer_user', invitation: 'link' }

describe('a key', () => {
  test('is asked for, and must be one', async () => {
    const root = await administrator()
    const key = await keyOf(root)
    expect(await ask(null, 'GET /users')).toMatchObject({ status: 401, body: { code: 'key-missing' } })
    for (const wrong of ['lk_', 'x', `${key}x`, key.slice(0, -1), `lk_${'a'.repeat(46)}`])
      expect(await ask(wrong, 'GET /users')).toMatchObject({ status: 401, body: { code: 'key-unknown' } })
    const said = await ask(null, 'GET /users', { headers: { authorization: `Basic ${key}` } })
    expect(said.body.code).toBe('key-missing')
    expect(said.headers.get('www-authenticate')).toBe('Bearer')
    expect((await ask(key, 'GET /users')).status).toBe(200)
  })

  test('stands nowhere in the database', async () => {
    const key = await keyOf(await administrator())
    expect(await dump()).not.toContain(key)
  })

  test('may do what its scopes say, and no more', async () => {
    const key = await keyOf(await administrator(), { scopes: ['users:read'] })
    expect((await ask(key, 'GET /users')).status).toBe(200)
    for (const other of ['GET /mails', 'GET /tenants', 'GET /audit-events', 'GET /mail-servers'])
      expect(await ask(key, other)).toMatchObject({ status: 403, body: { code: 'scope-missing' } })
    const added = await ask(key, 'POST /users', { body: anna })
    expect(added.body.code).toBe('scope-missing')
  })

  test('never does more than its maker may', async () => {
    const { root, acme, other } = await twoTenants()
    expect(await refusalOf(keyOf(acme.adminViewer, { scopes: ['tenants:read'] }))).toBe('scopes-not-allowed')
    expect(await refusalOf(keyOf(acme.userViewer))).toBe('not-allowed')
    const key = await keyOf(acme.adminViewer)
    const { items } = (await ask(key, 'GET /users')).body
    expect(items.map(({ email }: { email: string }) => email)).toEqual([
      'admin@acme.test',
      'pending@acme.test',
      'user@acme.test',
    ])
    expect((await ask(key, `GET /users/${other.user.id}`)).status).toBe(404)
    expect((await ask(key, `GET /users/${acme.user.id}`)).status).toBe(200)
    expect((await ask(key, `POST /users/${other.user.id}/disable`)).status).toBe(404)
    await person({ email: 'second@acme.test', role: 'tenant_administrator', tenantId: acme.id })
    await disableUser(root, acme.admin.id)
    expect(await ask(key, 'GET /users')).toMatchObject({ status: 401, body: { code: 'key-maker-gone' } })
  })

  test('ends when it is revoked, when it expires, and elsewhere', async () => {
    const root = await administrator()
    const [mine, days, here] = [
      await keyOf(root),
      await keyOf(root, { name: 'Days', days: 30 }),
      await keyOf(root, { networks: ['10.0.0.0/8', '2001:db8::/32'] }),
    ]
    const listed = await listKeys(root)
    expect(listed.map(({ name }) => name)).toEqual(['Test', 'Days', 'Test'])
    expect(await ask(here, 'GET /users')).toMatchObject({ status: 403, body: { code: 'key-elsewhere' } })
    expect((await ask(here, 'GET /users', { address: '10.1.2.3' })).status).toBe(200)
    expect((await ask(here, 'GET /users', { address: '2001:db8::1' })).status).toBe(200)
    expect((await ask(days, 'GET /users')).status).toBe(200)
    await revokeKey(root, listed[2]?.id ?? '')
    expect((await ask(mine, 'GET /users')).body.code).toBe('key-unknown')
    setClockAhead(31 * 24 * 3_600_000)
    expect((await ask(days, 'GET /users')).body.code).toBe('key-expired')
  })

  test('of a tenant is its own business', async () => {
    const { root, acme, other } = await twoTenants()
    await keyOf(acme.adminViewer)
    const [key] = await listKeys(acme.adminViewer)
    expect(await listKeys(other.adminViewer)).toEqual([])
    expect(await listKeys(root)).toEqual([])
    expect(await refusalOf(revokeKey(other.adminViewer, key?.id ?? ''))).toBe('key-not-found')
    expect(await refusalOf(revokeKey(acme.userViewer, key?.id ?? ''))).toBe('not-allowed')
  })

  test('makes so many requests in a minute', async () => {
    const key = await keyOf(await administrator(), { perMinute: 3 })
    for (const left of [2, 1, 0]) {
      const { status, headers } = await ask(key, 'GET /users')
      expect([status, headers.get('ratelimit')]).toEqual([
        200,
        expect.stringMatching(`^"key";r=${left};t=\\d+$`),
      ])
      expect(headers.get('ratelimit-policy')).toBe('"key";q=3;w=60')
    }
    const refused = await ask(key, 'GET /users')
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('is told when it was used, and in the audit', async () => {
    const root = await administrator()
    const key = await keyOf(root, { name: 'Terraform' })
    await ask(key, 'POST /tenants', { body: { name: 'Acme' } })
    const [listed] = await until(async () => {
      const keys = await listKeys(root)
      return keys[0]?.lastUsedAt ? keys : null
    })
    expect(listed).toMatchObject({ lastUsedFrom: '192.0.2.9', maker: root.email })
    const { items } = (await ask(key, 'GET /audit-events?group=tenant')).body
    expect(items[0]).toMatchObject({
      action: 'tenant.created',
      actor: root.email,
      address: '192.0.2.9',
      device: 'API key Terraform',
    })
  })
})

describe('users', () => {
  test('are invited, read, changed, disabled, enabled and deleted', async () => {
    const { root, acme } = await twoTenants()
    const key = await keyOf(root)
    const place = { tenantId: acme.id, customerId: acme.customerId }
    const added = await ask(key, 'POST /users', { body: { ...anna, firstName: 'Anna', ...place } })
    expect(added).toMatchObject({ status: 201, body: { state: 'pending', firstName: 'Anna', ...place } })
    expect(added.body.activationUrl).toMatch(/^http:\/\/latchkey\.test\/activate\//)
    const { id } = added.body
    expect(added.headers.get('location')).toBe(`/api/v1/users/${id}`)
    const changed = await ask(key, `PATCH /users/${id}`, { body: { lastName: 'Example', locale: 'de' } })
    expect(changed.body).toMatchObject({ firstName: 'Anna', lastName: 'Example', locale: 'de' })
    expect((await ask(key, `POST /users/${id}/activation-mails`)).body).toEqual({ outcome: 'queued' })
    expect(await mailsTo(anna.email)).toHaveLength(1)
    expect((await ask(key, `POST /users/${id}/activation-links`)).body.url).toContain('/activate/')
    expect(await ask(key, `POST /users/${id}/reset-mails`)).toMatchObject({
      status: 409,
      body: { code: 'not-active' },
    })
    expect((await ask(key, `POST /users/${id}/disable`)).body.state).toBe('disabled')
    expect((await ask(key, `POST /users/${id}/enable`)).body.state).toBe('pending')
    expect((await ask(key, `PATCH /users/${id}`, { body: { email: 'anna@example.com' } })).body.email).toBe(
      'anna@example.com',
    )
    expect((await ask(key, `DELETE /users/${id}`)).status).toBe(204)
    expect((await ask(key, `GET /users/${id}`)).status).toBe(404)
    const reset = await ask(key, `POST /users/${acme.user.id}/reset-mails`)
    expect(reset).toMatchObject({ status: 202, body: { outcome: 'queued' } })
    expect((await ask(key, `POST /users/${acme.user.id}/reset-links`)).body.url).toContain('/reset-password/')
  })

  test('is never oneself, however the id is written', async () => {
    const { root } = await twoTenants()
    const key = await keyOf(root)
    for (const id of [root.id, root.id.toUpperCase()])
      for (const deed of [
        `DELETE /users/${id}`,
        `POST /users/${id}/disable`,
        `POST /users/${id}/reset-links`,
      ])
        expect((await ask(key, deed)).body).toMatchObject({ code: 'not-yourself' })
    for (const id of [root.id, root.id.toUpperCase()]) {
      expect(await refusalOf(removeFactorsOf(root, id))).toBe('not-yourself')
      expect(await refusalOf(requestEmailChangeOf(root, id, 'new@example.org'))).toBe('not-yourself')
    }
  })

  test('are invited by mail unless it is said otherwise, and a customer says which tenant', async () => {
    const { root, acme } = await twoTenants()
    const key = await keyOf(root)
    const body = { email: 'bob@example.org', role: 'customer_user', customerId: acme.customerId }
    expect((await ask(key, 'POST /users', { body })).body).toMatchObject({ tenantId: acme.id })
    expect(await mailsTo(body.email)).toHaveLength(1)
    await ask(key, 'POST /users', { body: { ...body, email: 'carl@example.org', invitation: 'none' } })
    expect(await mailsTo('carl@example.org')).toEqual([])
  })

  test('a refusal names code, status and field', async () => {
    const { root, acme } = await twoTenants()
    const key = await keyOf(root)
    const refused = async (change: object) => {
      const { status, body } = await ask(key, 'POST /users', {
        body: { ...anna, tenantId: acme.id, customerId: acme.customerId, ...change },
      })
      return [status, body.code, body.field]
    }
    expect(await refused({ email: acme.user.email })).toEqual([409, 'email-taken', 'email'])
    expect(await refused({ email: 'nobody' })).toEqual([400, 'email-invalid', 'email'])
    expect(await refused({ email: undefined })).toEqual([400, 'invalid', 'email'])
    expect(await refused({ role: 'king' })).toEqual([400, 'invalid', 'role'])
    expect(await refused({ firstName: 'http://example.org' })).toEqual([400, 'name-link', 'firstName'])
    expect(await refused({ tenantId: acme.customerId })).toEqual([422, 'tenant-not-found', 'tenantId'])
    expect(await refused({ customerId: acme.id })).toEqual([422, 'customer-not-found', 'customerId'])
    expect(await refused({ colour: 'red' })).toEqual([400, 'invalid', undefined])
    const { body, headers } = await ask(key, 'POST /users', { body: { ...anna, email: 'x', role: 'x' } })
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['email', 'role'])
  })

  test('come page by page', async () => {
    const { root } = await twoTenants()
    const key = await keyOf(root)
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const { body } = await ask(key, `GET /users?limit=2${next && `&after=${next}`}`)
      seen.push(...body.items.map(({ email }: { email: string }) => email))
      next = body.next
    }
    expect(seen).toHaveLength(7)
    expect(seen).toEqual([...seen].sort())
    const found = (await ask(key, 'GET /users?search=acme&state=pending')).body.items
    expect(found).toHaveLength(1)
    for (const wrong of ['limit=0', 'limit=201', 'limit=x', 'state=x', 'colour=red'])
      expect((await ask(key, `GET /users?${wrong}`)).status).toBe(400)
  })

  test('are not changed over what has changed since they were read', async () => {
    const { root, acme } = await twoTenants()
    const key = await keyOf(root)
    const at = `/users/${acme.user.id}`
    const tag = (await ask(key, `GET ${at}`)).headers.get('etag') ?? ''
    expect((await ask(key, `GET ${at}`, { headers: { 'if-none-match': tag } })).status).toBe(304)
    const first = await ask(key, `PATCH ${at}`, { body: { firstName: 'A' }, headers: { 'if-match': tag } })
    expect(first.status).toBe(200)
    const second = await ask(key, `PATCH ${at}`, { body: { firstName: 'B' }, headers: { 'if-match': tag } })
    expect(second).toMatchObject({ status: 412, body: { code: 'changed-meanwhile' } })
    expect((await ask(key, `DELETE ${at}`, { headers: { 'if-match': tag } })).status).toBe(412)
    expect((await ask(key, `GET ${at}`)).body.firstName).toBe('A')
  })
})

describe('a request that names itself', () => {
  test('is done once, and answered the same', async () => {
    const { root, acme } = await twoTenants()
    const key = await keyOf(root)
    const body = { ...anna, tenantId: acme.id, customerId: acme.customerId }
    const more = { body, headers: { 'idempotency-key': 'order-1' } }
    const first = await ask(key, 'POST /users', more)
    const again = await ask(key, 'POST /users', more)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.headers.get('location')).toBe(first.headers.get('location'))
    // The answer holds a link that opens the account.
    expect(await dump()).not.toContain(first.body.activationUrl)
    const other = await ask(key, 'POST /users', { ...more, body: { ...body, email: 'b@example.org' } })
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    // Another key's names are its own.
    expect((await ask(await keyOf(root), 'POST /users', more)).body.code).toBe('email-taken')
    setClockAhead(25 * 3_600_000)
    expect((await ask(key, 'POST /users', more)).body.code).toBe('email-taken')
    setClockAhead(51 * 3_600_000)
    expect(await deleteOldRequests(100)).toBe(2)
  })

  test('also where several come at once', async () => {
    const key = await keyOf(await administrator())
    const more = { body: { name: 'Acme' }, headers: { 'idempotency-key': 'x' } }
    const said = await Promise.all(Array.from({ length: 8 }, () => ask(key, 'POST /tenants', more)))
    expect(await db().tenant.count()).toBe(1)
    expect(said.every(({ status, body }) => status === 201 || body.code === 'request-under-way')).toBe(true)
  })

  test('that was given up is done again', async () => {
    const root = await administrator()
    const key = await keyOf(root)
    const more = { body: { name: 'Acme' }, headers: { 'idempotency-key': 'x' } }
    await ask(key, 'POST /tenants', more)
    // As a process leaves it that ends in between.
    await db().apiRequest.updateMany({ data: { status: null, sealedAnswer: null } })
    expect((await ask(key, 'POST /tenants', more)).body.code).toBe('request-under-way')
    setClockAhead(3 * 60_000)
    expect((await ask(key, 'POST /tenants', more)).body.code).toBe('tenant-name-taken')
  })

  test('has a name that can be one', async () => {
    const key = await keyOf(await administrator())
    for (const name of ['', 'a b', 'x'.repeat(256)])
      expect(
        (await ask(key, 'POST /tenants', { body: { name: 'Acme' }, headers: { 'idempotency-key': name } }))
          .body.code,
      ).toBe('idempotency-key-invalid')
  })
})

describe('an address', () => {
  test('is text that can be looked for', async () => {
    const key = await keyOf(await administrator())
    const said = async (what: string) => {
      const { status, body } = await ask(key, what)
      return [status, body.code]
    }
    expect(await said('GET /mail-counts?recipient=%00')).toEqual([400, 'text-unstorable'])
    expect(await said('GET /users?search=a%00b')).toEqual([400, 'text-unstorable'])
    expect(await said('GET /users/%00')).toEqual([400, 'text-unstorable'])
    expect(await said('GET /users/%zz')).toEqual([404, 'operation-unknown'])
    expect(await said('GET /users/%2500')).toEqual([404, 'user-not-found'])
  })
})

describe('a body', () => {
  test('is JSON in UTF-8 that can be kept', async () => {
    const key = await keyOf(await administrator())
    const said = async (text: string, type = 'application/json') => {
      const { status, body } = await ask(key, 'POST /tenants', { text, headers: { 'content-type': type } })
      return [status, body.code]
    }
    expect(await said('{')).toEqual([400, 'body-unreadable'])
    expect(await said('')).toEqual([400, 'body-empty'])
    expect(await said('null')).toEqual([400, 'invalid'])
    expect(await said('[]')).toEqual([400, 'invalid'])
    expect(await said('{"name":"A\\u0000"}')).toEqual([400, 'text-unstorable'])
    expect(await said('{"name":"A\\ud800"}')).toEqual([400, 'text-unstorable'])
    expect(await said(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toEqual([400, 'invalid'])
    expect(await said('name=Acme', 'application/x-www-form-urlencoded')).toEqual([415, 'media-type'])
    expect(await said('{"name":"\\ud83d\\ude00"}', 'application/json; charset=utf-8')).toEqual([
      201,
      undefined,
    ])
  })
})

test('what is not there is told as a problem, and what an address takes', async () => {
  const key = await keyOf(await administrator())
  expect(await ask(key, 'GET /nothing')).toMatchObject({ status: 404, body: { code: 'operation-unknown' } })
  const wrong = await ask(key, 'PUT /users')
  expect(wrong).toMatchObject({ status: 405, body: { code: 'method-unknown' } })
  expect(wrong.headers.get('allow')).toBe('GET, POST')
})

test('a password reset is asked for, and the answer tells nobody whether there is an account', async () => {
  const { root, acme, other } = await twoTenants()
  const asked = async (key: string, email: string) => {
    const { status, body } = await ask(key, 'POST /password-resets', { body: { email } })
    return [status, body]
  }
  const key = await keyOf(acme.adminViewer)
  const all = [await keyOf(root), key]
  for (const one of all)
    for (const email of [acme.user.email, other.user.email, 'nobody@example.org'])
      expect(await asked(one, email)).toEqual([202, { status: 'accepted' }])
  const jobs = await db().$queryRaw<{ data: { email: string; address: string; tenantId?: string } }[]>`
    SELECT data FROM pgboss.job WHERE name = 'link-requests'`
  expect(jobs).toHaveLength(6)
  for (const [index, { data }] of jobs.entries()) await answerLinkRequest(data, jobId(index))
  expect(await mailsTo(acme.user.email)).toHaveLength(1)
})

const jobId = (index: number) => `00000000-0000-7000-8000-00000000000${index}`

test('mails are listed, counted, read, cancelled and sent again', async () => {
  const { root, acme, other } = await twoTenants()
  const key = await keyOf(root)
  await ask(key, `POST /users/${acme.pending.id}/activation-mails`)
  await ask(key, `POST /users/${other.pending.id}/activation-mails`)
  const { items } = (await ask(key, `GET /mails?recipient=${acme.pending.email}`)).body
  expect(items).toMatchObject([{ recipient: acme.pending.email, kind: 'activation', state: 'queued' }])
  const [{ id }] = items
  const ours = await keyOf(acme.adminViewer)
  expect((await ask(ours, 'GET /mails')).body.items).toHaveLength(1)
  expect((await ask(await keyOf(other.adminViewer), `GET /mails/${id}`)).status).toBe(404)
  expect((await ask(ours, 'GET /mail-counts')).body).toMatchObject({
    queued: { number: 1 },
    all: { number: 1 },
  })
  expect((await ask(key, `POST /mails/${id}/cancel`)).body).toMatchObject({
    state: 'cancelled',
    attempts: [],
  })
  expect((await ask(key, `POST /mails/${id}/cancel`)).body.code).toBe('mail-ended')
  expect((await ask(key, `POST /mails/${id}/confirm-arrival`)).body.code).toBe('mail-not-uncertain')
  expect((await ask(key, `POST /mails/${id}/resend`)).body.state).toBe('queued')
  const page = (await ask(key, 'GET /mails?limit=1')).body
  const rest = (await ask(key, `GET /mails?limit=1&after=${page.next}`)).body
  expect([page.items[0].recipient, rest.items[0].recipient, rest.next]).toEqual([
    other.pending.email,
    acme.pending.email,
    null,
  ])
})

test('tenants and customers are added, renamed and deleted', async () => {
  const root = await administrator()
  const key = await keyOf(root)
  const tenant = (await ask(key, 'POST /tenants', { body: { name: 'Acme' } })).body
  expect((await ask(key, 'POST /tenants', { body: { name: 'ACME' } })).body.code).toBe('tenant-name-taken')
  expect((await ask(key, `PATCH /tenants/${tenant.id}`, { body: { locale: 'de' } })).body).toMatchObject({
    name: 'Acme',
    locale: 'de',
  })
  expect((await ask(key, 'POST /customers', { body: { name: 'Blue' } })).body.code).toBe('tenant-required')
  const body = { name: 'Blue', tenantId: tenant.id }
  const customer = (await ask(key, 'POST /customers', { body })).body
  expect((await ask(key, `PATCH /customers/${customer.id}`, { body: { name: 'Red' } })).body.name).toBe('Red')
  const admin = await person({ email: 'admin@acme.test', role: 'tenant_administrator', tenantId: tenant.id })
  const theirs = await keyOf(await signedIn(admin))
  expect((await ask(theirs, 'GET /customers')).body.items).toEqual([{ ...customer, name: 'Red' }])
  expect((await ask(theirs, 'GET /tenants')).body.code).toBe('scope-missing')
  expect((await ask(key, `DELETE /tenants/${tenant.id}`)).body.code).toBe('tenant-in-use')
  expect((await ask(key, `DELETE /customers/${customer.id}`)).status).toBe(204)
  expect((await ask(key, 'GET /customers')).body).toEqual({ items: [], next: null })
})

test('a mail server is added untested, changed, paused and deleted, and its secret is never told', async () => {
  const key = await keyOf(await administrator())
  const body = {
    name: 'Relay',
    mailFrom: 'noreply@example.org',
    host: 'smtp.example.org',
    port: 587,
    encryption: 'starttls',
    authentication: 'password',
    username: 'relay',
    password: 'a secret of the relay',
  }
  expect(await ask(key, 'POST /mail-servers', { body })).toMatchObject({
    status: 409,
    body: { code: 'save-untested' },
  })
  const added = await ask(key, 'POST /mail-servers', { body: { ...body, untested: true } })
  expect(added).toMatchObject({
    status: 201,
    body: { role: 'primary', secrets: ['password'], settings: { host: 'smtp.example.org', port: 587 } },
  })
  const at = `/mail-servers/${added.body.id}`
  const moved = await ask(key, `PATCH ${at}`, { body: { host: 'evil.example.org', untested: true } })
  expect(moved.body.code).toBe('password-needed-again')
  const renamed = await ask(key, `PATCH ${at}`, { body: { replyTo: 'help@example.org', untested: true } })
  expect(renamed.body).toMatchObject({ secrets: ['password'], settings: { replyTo: 'help@example.org' } })
  expect((await ask(key, `POST ${at}/pause`)).body.state).toBe('paused')
  expect((await ask(key, `POST ${at}/resume`)).body.state).toBe('sending')
  const wrong = await ask(key, 'POST /mail-servers', { body: { ...body, port: 0, mailFrom: '' } })
  expect([wrong.status, wrong.body.errors.map(({ code }: { code: string }) => code)]).toEqual([
    400,
    ['port-range', 'mail-from-required'],
  ])
  expect(JSON.stringify((await ask(key, 'GET /mail-servers')).body)).not.toContain(body.password)
  expect((await ask(key, `DELETE ${at}`)).status).toBe(204)
  expect(await ask(key, `GET ${at}`)).toMatchObject({ status: 404, body: { code: 'mail-server-not-found' } })
})

describe('alarms', () => {
  const fire = { originator: 'Boiler 7', type: 'Too hot', severity: 'critical', status: 'active' }

  test('are taken one by one, whatever is wrong with others, and the same twice is one', async () => {
    const { acme, other } = await twoTenants()
    const key = await keyOf(acme.adminViewer)
    const startedAt = '2026-11-30T10:00:00Z'
    const first = await ask(key, 'POST /alarms', { body: { ...fire, startedAt } })
    expect(first).toMatchObject({ status: 202, body: { accepted: 1, rejected: [] } })
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    const batch = await ask(key, 'POST /alarms', {
      text: JSON.stringify([
        { ...fire, startedAt },
        { ...fire, severity: 'awful' },
        { ...fire, details: { deep: 'DEEP' } },
        { ...fire, details: { text: 'x'.repeat(1_000_000) } },
        { ...fire, startedAt: 'yesterday' },
        null,
        { ...fire, originator: 'Boiler 8', startedAt: 1_764_500_000 },
      ]).replace('"DEEP"', deep),
    })
    expect(batch.status).toBe(202)
    expect(batch.body.accepted).toBe(2)
    expect(batch.body.rejected.map(({ index }: { index: number }) => index)).toEqual([1, 2, 3, 4, 5])
    expect(batch.body.rejected[0]).toMatchObject({ code: 'severity-unknown' })
    const { items } = (await ask(key, 'GET /alarms')).body
    expect(items.map(({ originator }: { originator: string }) => originator)).toEqual([
      'Boiler 8',
      'Boiler 7',
    ])
    expect(items[1].repeats).toBe(1)
    const [{ id }] = items
    expect((await ask(key, `GET /alarms/${id}`)).body).toMatchObject({ status: 'active', mails: [] })
    expect((await ask(key, `POST /alarms/${id}/acknowledge`)).body.status).toBe('acknowledged')
    const theirs = await keyOf(other.adminViewer)
    expect((await ask(theirs, `GET /alarms/${id}`)).status).toBe(404)
    expect((await ask(theirs, 'GET /alarms')).body.items).toEqual([])
    const many = await ask(key, 'POST /alarms', { body: Array.from({ length: 1_001 }, () => fire) })
    expect(many).toMatchObject({ status: 413, body: { code: 'too-many-alarms' } })
  })

  test('of other programs come in their own formats', async () => {
    const { root, acme } = await twoTenants()
    const key = await keyOf(acme.adminViewer)
    const alert = {
      status: 'firing',
      labels: { alertname: 'Down', instance: 'db-1', severity: 'page' },
      startsAt: '2026-11-30T10:00:00Z',
      fingerprint: 'f1',
    }
    expect((await ask(key, 'POST /alarms/alertmanager', { body: { alerts: [alert] } })).body).toEqual({
      accepted: 1,
      rejected: [],
    })
    expect(await ask(key, 'POST /alarms/alertmanager', { body: {} })).toMatchObject({
      status: 400,
      body: { code: 'alarm-body-invalid' },
    })
    const event = {
      specversion: '1.0',
      id: '1',
      source: '/boiler/7',
      type: 'too.hot',
      data: { severity: 'minor' },
    }
    const cloud = await ask(key, 'POST /alarms/cloudevents', {
      body: event,
      headers: { 'content-type': 'application/cloudevents+json' },
    })
    expect(cloud.body.accepted).toBe(1)
    const system = await keyOf(root)
    expect((await ask(system, 'POST /alarms', { body: fire })).body.code).toBe('tenant-required')
    expect((await ask(system, `POST /alarms?tenantId=${acme.id}`, { body: fire })).body.accepted).toBe(1)
  })

  test('meet rules, which are added, tried, changed, moved and deleted', async () => {
    const { acme } = await twoTenants()
    const key = await keyOf(acme.adminViewer)
    const body = {
      name: 'Hot',
      settings: { severities: ['critical'], recipients: ['tenant-administrators'] },
    }
    const added = await ask(key, 'POST /rules', { body })
    expect(added).toMatchObject({
      status: 201,
      body: { name: 'Hot', enabled: true, settings: { repeatMinutes: 60 } },
    })
    const { id } = added.body
    const wrong = await ask(key, 'POST /rules', {
      body: { ...body, settings: { recipients: ['everybody'] } },
    })
    expect(wrong).toMatchObject({
      status: 422,
      body: { code: 'alarm-recipient-unknown', field: 'recipients' },
    })
    const tried = await ask(key, 'POST /rule-trials', { body: { alarm: fire } })
    expect(tried.body.items).toMatchObject([
      { ruleId: id, why: null, recipients: [{ address: acme.admin.email }] },
    ])
    const changed = await ask(key, `PATCH /rules/${id}`, { body: { settings: { digestMinutes: 5 } } })
    expect(changed.body.settings).toMatchObject({ digestMinutes: 5, severities: ['critical'] })
    expect((await ask(key, `POST /rules/${id}/disable`)).body.enabled).toBe(false)
    const second = (await ask(key, 'POST /rules', { body })).body
    expect((await ask(key, `POST /rules/${second.id}/move`, { body: { place: 0 } })).body.position).toBe(1)
    expect((await ask(key, `DELETE /rules/${id}`)).status).toBe(204)
    expect((await ask(key, 'GET /rules')).body.items).toHaveLength(1)
  })
})
