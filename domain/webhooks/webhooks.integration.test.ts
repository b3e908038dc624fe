import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resendActivation } from '@/domain/accounts/activation'
import { twoTenants } from '@/domain/accounts/testing/people'
import { disableUser } from '@/domain/accounts/users'
import { closeBreaker, openBreaker } from '@/domain/mail-server/breaker'
import { cancelMails, endAsArrived } from '@/domain/outbox/outbound-mail'
import { endExpired } from '@/domain/outbox/take-over'
import { mails } from '@/domain/outbox/testing/rows'
import type { Viewer } from '@/domain/viewer'
import { inMinutes, setClockAhead } from '@/lib/clock'
import { db, transaction } from '@/lib/db'
import { setEnv } from '@/lib/env'
import { dump, testAppUrl, useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { deleteOldDeliveries, listDeliveries, readDelivery, replayDelivery, tellTest } from './deliveries'
import { tellDue } from './delivering'
import { type WebhookEvent, webhookEvents } from './events'
import {
  addWebhook,
  changeWebhook,
  deleteWebhook,
  failingWebhooks,
  listWebhooks,
  pauseWebhook,
  readWebhook,
  resumeWebhook,
  rotateSecret,
} from './webhook'

useTestDatabase()

type Asked = { headers: Record<string, string>; body: string }
let heard: Asked[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void
let url = ''
let close = () => {}

beforeEach(async () => {
  setEnv({ appUrl: testAppUrl, privateAddresses: true })
  heard = []
  answer = (_request, response) => response.writeHead(204).end()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      heard.push({
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
      })
      answer(request, response)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})

afterEach(() => {
  close()
  setEnv({ appUrl: testAppUrl, privateAddresses: false })
})

const add = (viewer: Viewer, events: readonly WebhookEvent[] = webhookEvents, at = url) =>
  addWebhook(viewer, { name: 'Shop', url: at, events })

const told = async (viewer: Viewer, id: string) => (await listDeliveries(viewer, id, { most: 50 })).deliveries

const fail = (status: number) => {
  answer = (_request, response) => response.writeHead(status).end('no thanks')
}

/** Lets so many minutes go by, and tells what is due then. */
async function later(minutes: number): Promise<number> {
  setClockAhead(minutes * 60_000)
  return tellDue()
}

test('what happens is told with its commit, signed, to those whose business it is', async () => {
  const { root, acme, other } = await twoTenants()
  const [ours, theirs, all] = [await add(acme.adminViewer), await add(other.adminViewer), await add(root)]
  await resendActivation(root, acme.pending.id)
  await disableUser(root, acme.user.id)
  // What is not committed has not happened.
  await transaction(async tx => {
    await cancelMails(tx, { userId: acme.pending.id }, 'withdrawn')
    throw new Error('no')
  }).catch(() => {})
  expect((await told(acme.adminViewer, ours.id)).map(({ type }) => type)).toEqual([
    'user.disabled',
    'user.invited',
  ])
  expect(await told(other.adminViewer, theirs.id)).toEqual([])
  expect(await told(root, all.id)).toHaveLength(2)
  expect(await tellDue()).toBe(4)
  expect(await tellDue()).toBe(0)
  const [delivery] = await told(acme.adminViewer, ours.id)
  expect(delivery).toMatchObject({ state: 'delivered', attempts: 1 })
  expect(delivery?.attemptsMade).toMatchObject([{ status: 204, fault: null }])
  const mine = heard.find(({ headers }) => headers['webhook-id'] === delivery?.id)
  expect(new Verifier(ours.secret).verify(mine?.body ?? '', mine?.headers ?? {})).toMatchObject({
    type: 'user.disabled',
    data: { id: acme.user.id, email: acme.user.email, state: 'disabled', tenantId: acme.id },
  })
  expect(() => new Verifier(theirs.secret).verify(mine?.body ?? '', mine?.headers ?? {})).toThrow()
  const stored = await dump()
  for (const { secret } of [ours, theirs, all]) expect(stored).not.toContain(secret)
})

test('how mails end is told, and of an alarm that it was mailed', async () => {
  const { root, acme } = await twoTenants()
  const { id } = await add(acme.adminViewer, ['mail.failed', 'mail.sent', 'mail.uncertain'])
  await mails(1, {
    tenantId: acme.id,
    tenantKey: acme.id,
    state: 'queued',
    expiresAt: inMinutes(-1),
    recipient: 'late@example.org',
  })
  const [uncertain = ''] = await mails(1, { tenantId: acme.id, tenantKey: acme.id, state: 'uncertain' })
  await mails(1, { state: 'queued', expiresAt: inMinutes(-1) })
  await endExpired()
  await transaction(tx => endAsArrived(tx, uncertain))
  const all = await told(acme.adminViewer, id)
  expect(all.map(({ type }) => type).sort()).toEqual(['mail.failed', 'mail.sent'])
  expect(all.find(({ type }) => type === 'mail.failed')?.data).toMatchObject({
    recipient: 'late@example.org',
    state: 'failed',
    tenantId: acme.id,
  })
  expect(await told(root, (await add(root)).id)).toEqual([])
})

test('that a mail server is in trouble is told once, and that it works again once it has taken a mail', async () => {
  const { root } = await twoTenants()
  const { id } = await add(root, ['mail_server.troubled', 'mail_server.recovered'])
  const server = await db().mailServer.create({
    data: {
      name: 'Relay',
      position: 1,
      versions: { create: { number: 1, state: 'active', name: 'Relay', settings: {} } },
    },
    include: { versions: true },
  })
  const trouble = { cause: 'connection-refused', reply: null } as const
  for (let times = 0; times < 3; times++) {
    await openBreaker(server, server.versions[0]?.id ?? '', trouble)
    await closeBreaker(server.id, false)
  }
  expect((await told(root, id)).map(({ type }) => type)).toEqual(['mail_server.troubled'])
  for (let times = 0; times < 2; times++) await closeBreaker(server.id, true)
  const all = await told(root, id)
  expect(all.map(({ type }) => type)).toEqual(['mail_server.recovered', 'mail_server.troubled'])
  expect(all[1]?.data).toMatchObject({ id: server.id, name: 'Relay', cause: 'connection-refused' })
})

test('what is not heard is told again, later and later, for a day; then nothing is sent there any more', async () => {
  const { root, acme } = await twoTenants()
  const { id } = await add(root)
  fail(500)
  await disableUser(root, acme.user.id)
  let minutes = 0
  for (; minutes < 27 * 60 && !(await readWebhook(root, id)).pausedAt; minutes += 5) await later(minutes)
  expect(minutes).toBeGreaterThan(23 * 60)
  const [delivery] = await told(root, id)
  expect(delivery).toMatchObject({ state: 'failed' })
  expect(delivery?.attempts).toBeGreaterThan(8)
  expect(delivery?.attempts).toBeLessThan(20)
  expect(delivery?.attemptsMade[0]).toMatchObject({ status: 500, answer: 'no thanks' })
  expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(await failingWebhooks(root)).toMatchObject([{ id }])
  const [event] = await db().auditEvent.findMany({ where: { action: 'webhook.paused' } })
  expect(event).toMatchObject({ subjectId: id, actor: null, after: { reason: 'failing' } })
  await resendActivation(root, acme.pending.id)
  expect(await told(root, id)).toHaveLength(1)
  await resumeWebhook(root, id)
  answer = (_request, response) => response.writeHead(200).end('ok')
  await replayDelivery(root, id, delivery?.id ?? '')
  expect(await tellDue()).toBe(1)
  expect(await readDelivery(root, id, delivery?.id ?? '')).toMatchObject({ state: 'delivered' })
  expect(await failingWebhooks(root)).toEqual([])
  setClockAhead(30 * 24 * 3_600_000)
  expect(await deleteOldDeliveries(10)).toBe(1)
})

test('one that fails is asked once at a time, and keeps nobody else waiting', async () => {
  const { root, acme } = await twoTenants()
  const deaf = await add(acme.adminViewer)
  const { id } = await add(root)
  const silent = new Set<string>()
  answer = (_request, response) => {
    const { headers } = heard.at(-1) ?? { headers: {} as Record<string, string> }
    const ours = silent.has(headers['webhook-id'] ?? '')
    response.writeHead(ours ? 500 : 204).end()
  }
  for (const one of [1, 2, 3, 4, 5, 6, 7, 8]) {
    await db().webhookDelivery.create({
      data: {
        id: `00000000-0000-7000-8000-00000000000${one}`,
        ...{ webhookId: deaf.id, type: 'mail.sent', data: {} },
        ...{ createdAt: inMinutes(0), dueAt: inMinutes(0), expiresAt: inMinutes(24 * 60) },
      },
    })
    silent.add(`00000000-0000-7000-8000-00000000000${one}`)
  }
  expect(await tellDue()).toBe(5)
  await disableUser(root, acme.user.id)
  setClockAhead(60 * 60_000)
  expect(await tellDue()).toBe(2)
  expect((await told(root, id)).map(({ state }) => state)).toEqual(['delivered'])
  expect(await tellDue()).toBe(0)
})

test('whoever says that it is gone hears nothing more', async () => {
  const { root, acme } = await twoTenants()
  const { id } = await add(root)
  fail(410)
  await disableUser(root, acme.user.id)
  await tellDue()
  expect(await readWebhook(root, id)).toMatchObject({ pausedBecause: 'gone' })
  expect(await told(root, id)).toMatchObject([{ state: 'failed' }])
})

test('no redirect is followed, and of an answer that never ends the beginning is kept', async () => {
  const { root } = await twoTenants()
  const { id } = await add(root)
  answer = (_request, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end()
  await tellTest(root, id)
  await tellDue()
  expect(heard).toHaveLength(1)
  answer = (_request, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('\0'.repeat(1_000)), 1)
    response.on('close', () => clearInterval(timer))
  }
  await tellTest(root, id)
  await tellDue()
  const [endless, redirected] = await told(root, id)
  expect([endless?.state, redirected?.state]).toEqual(['delivered', 'waiting'])
  expect(endless?.attemptsMade[0]?.answer).toHaveLength(2_048)
  expect(redirected?.attemptsMade).toMatchObject([{ status: 302 }])
})

test.each([
  'http://127.0.0.1:1/',
  'http://localhost:1/',
  'http://[::1]:1/',
  'http://10.0.0.1/',
  'http://169.254.169.254/',
  'http://[::ffff:127.0.0.1]/',
  'http://0.0.0.0/',
  'http://[fd00::1]/',
  'http://2130706433/',
  'http://[64:ff9b::7f00:1]/',
])('nothing that only we can see is reached: %s', async address => {
  const { root } = await twoTenants()
  const { id } = await add(root, webhookEvents, address.replace(':1/', `:${new URL(url).port}/`))
  setEnv({ appUrl: testAppUrl, privateAddresses: false })
  await tellTest(root, id)
  await tellDue()
  expect((await told(root, id))[0]?.attemptsMade).toMatchObject([{ status: null, fault: 'private-address' }])
  expect(heard).toEqual([])
})

test('a secret is changed in peace: both sign for a day', async () => {
  const { root } = await twoTenants()
  const { id, secret } = await add(root)
  const next = await rotateSecret(root, id)
  await tellTest(root, id)
  await tellDue()
  const [first] = heard
  for (const one of [secret, next]) new Verifier(one).verify(first?.body ?? '', first?.headers ?? {})
  setClockAhead(25 * 3_600_000)
  await tellTest(root, id)
  await tellDue()
  expect(heard.at(-1)?.headers['webhook-signature']).not.toContain(' ')
})

test('each is its own tenant’s', async () => {
  const { root, acme, other } = await twoTenants()
  const { id } = await add(acme.adminViewer)
  const details = { name: 'X', url, events: ['mail.sent'] as const }
  for (const viewer of [other.adminViewer, root])
    for (const deed of [
      () => readWebhook(viewer, id),
      () => changeWebhook(viewer, id, details),
      () => rotateSecret(viewer, id),
      () => pauseWebhook(viewer, id),
      () => resumeWebhook(viewer, id),
      () => deleteWebhook(viewer, id),
      () => listDeliveries(viewer, id, { most: 1 }),
      () => tellTest(viewer, id),
    ])
      expect(await refusalOf(deed())).toBe('webhook-not-found')
  expect(await listWebhooks(other.adminViewer)).toEqual([])
  expect(await refusalOf(addWebhook(acme.userViewer, details))).toBe('not-allowed')
  expect(await refusalOf(addWebhook(root, { ...details, events: [] }))).toBe('webhook-events-required')
  expect(await changeWebhook(acme.adminViewer, id, details)).toMatchObject({
    name: 'X',
    events: ['mail.sent'],
  })
  await deleteWebhook(acme.adminViewer, id)
  expect(await listWebhooks(acme.adminViewer)).toEqual([])
})
