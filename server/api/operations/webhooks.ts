import { z } from 'zod'
import type { Viewer } from '@/domain/viewer'
import {
  listDeliveries,
  readDelivery,
  replayDelivery,
  type ToldDelivery,
  tellTest,
} from '@/domain/webhooks/deliveries'
import { webhookEvents } from '@/domain/webhooks/events'
import {
  addWebhook,
  changeWebhook,
  deleteWebhook,
  factsOfWebhook,
  listWebhooks,
  pauseWebhook,
  readWebhook,
  resumeWebhook,
  rotateSecret,
  type WebhookView,
} from '@/domain/webhooks/webhook'
import { webhookUrlField } from '@/domain/webhooks/webhook-url'
import { requiredNameField } from '@/lib/name-field'
import { operation } from '../operation'
import { asked, at, atOrNull, id, moment, page, pageOf, told } from '../schemas'

const events = z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length)

const Webhook = told(
  'Webhook',
  z.object({
    id,
    name: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    pausedAt: moment.nullable(),
    pausedBecause: z.enum(['by-administrator', 'failing', 'gone']).nullable(),
    failures: z.number().int().describe('How often in a row it has failed'),
    createdAt: moment,
  }),
)
const AddedWebhook = told(
  'AddedWebhook',
  Webhook.extend({ secret: z.string().describe('What its requests are signed with; it is not told again') }),
)
const Secret = told('WebhookSecret', z.object({ secret: z.string() }))
const Delivery = told(
  'WebhookDelivery',
  z.object({
    id: id.describe('The `webhook-id` of the request'),
    type: z.string(),
    state: z.enum(['waiting', 'delivered', 'failed']),
    data: z.unknown(),
    createdAt: moment,
    dueAt: moment,
    endedAt: moment.nullable(),
    attempts: z
      .array(
        z.object({
          number: z.number().int(),
          startedAt: moment,
          milliseconds: z.number().int(),
          status: z.number().int().nullable(),
          answer: z.string().nullable().describe('The beginning of it'),
          fault: z.string().nullable().describe('Why there is no answer'),
        }),
      )
      .describe('The last five, newest first'),
  }),
)

const view = (webhook: WebhookView): z.output<typeof Webhook> => ({
  id: webhook.id,
  name: webhook.name,
  url: webhook.url,
  events: webhook.events,
  pausedAt: atOrNull(webhook.pausedAt),
  pausedBecause: webhook.pausedBecause as z.output<typeof Webhook>['pausedBecause'],
  failures: webhook.failures,
  createdAt: at(webhook.createdAt),
})

const deliveryView = (delivery: ToldDelivery): z.output<typeof Delivery> => ({
  id: delivery.id,
  type: delivery.type,
  state: delivery.state as z.output<typeof Delivery>['state'],
  data: delivery.data,
  createdAt: at(delivery.createdAt),
  dueAt: at(delivery.dueAt),
  endedAt: atOrNull(delivery.endedAt),
  attempts: delivery.attemptsMade.map(attempt => ({
    number: attempt.number,
    startedAt: at(attempt.startedAt),
    milliseconds: attempt.milliseconds,
    status: attempt.status,
    answer: attempt.answer,
    fault: attempt.fault,
  })),
})

const read = async (viewer: Viewer, webhookId: string) => view(await readWebhook(viewer, webhookId))
const tag = 'Webhooks'
const ofOne = { tag, read } as const
const fields = { name: requiredNameField, url: webhookUrlField, events }

export const webhooks = [
  operation({
    id: 'listWebhooks',
    method: 'GET',
    path: '/webhooks',
    tag,
    summary: 'Where others hear what happens',
    scope: 'webhooks:read',
    query: z.strictObject({}),
    answer: told('Webhooks', z.object({ items: z.array(Webhook) })),
    async run({ viewer }) {
      return { body: { items: (await listWebhooks(viewer)).map(view) } }
    },
  }),
  operation({
    id: 'addWebhook',
    method: 'POST',
    path: '/webhooks',
    tag,
    summary: 'Let another program hear what happens',
    scope: 'webhooks:write',
    body: asked('NewWebhook', z.strictObject(fields)),
    status: 201,
    answer: AddedWebhook,
    refusals: ['too-many-webhooks'],
    async run({ viewer, body }) {
      const { id: webhookId, secret } = await addWebhook(viewer, body)
      return {
        body: { ...(await read(viewer, webhookId)), secret },
        headers: { Location: `/api/v1/webhooks/${webhookId}` },
      }
    },
  }),
  operation({
    ...ofOne,
    id: 'readWebhook',
    method: 'GET',
    path: '/webhooks/{id}',
    summary: 'One webhook',
    scope: 'webhooks:read',
    answer: Webhook,
    async run({ viewer, params: { id: webhookId = '' } }) {
      return { body: await read(viewer, webhookId) }
    },
  }),
  operation({
    ...ofOne,
    id: 'changeWebhook',
    method: 'PATCH',
    path: '/webhooks/{id}',
    summary: 'Change a webhook: what is left out stays',
    scope: 'webhooks:write',
    body: asked('WebhookPatch', z.strictObject(fields).partial()),
    answer: Webhook,
    async run({ viewer, params: { id: webhookId = '' }, body }) {
      const present = await readWebhook(viewer, webhookId)
      const { name, url } = present
      const kept = { name, url, events: present.events as z.output<typeof events> }
      return {
        body: view(await changeWebhook(viewer, present.id, { ...kept, ...body }, factsOfWebhook(present))),
      }
    },
  }),
  operation({
    ...ofOne,
    id: 'deleteWebhook',
    method: 'DELETE',
    path: '/webhooks/{id}',
    summary: 'Delete a webhook with its log',
    scope: 'webhooks:write',
    status: 204,
    async run({ viewer, params: { id: webhookId = '' } }) {
      await deleteWebhook(viewer, webhookId)
      return {}
    },
  }),
  ...(
    [
      ['pause', pauseWebhook, 'Tell it nothing for now'],
      ['resume', resumeWebhook, 'Tell it again'],
    ] as const
  ).map(([deed, act, summary]) =>
    operation({
      ...ofOne,
      id: `${deed}Webhook`,
      method: 'POST',
      path: `/webhooks/{id}/${deed}`,
      summary,
      scope: 'webhooks:write',
      answer: Webhook,
      async run({ viewer, params: { id: webhookId = '' } }) {
        await act(viewer, webhookId)
        return { body: await read(viewer, webhookId) }
      },
    }),
  ),
  operation({
    ...ofOne,
    id: 'rotateWebhookSecret',
    method: 'POST',
    path: '/webhooks/{id}/secrets',
    summary: 'Another secret; the present one signs as well for a day',
    scope: 'webhooks:write',
    status: 201,
    answer: Secret,
    async run({ viewer, params: { id: webhookId = '' } }) {
      return { body: { secret: await rotateSecret(viewer, webhookId) } }
    },
  }),
  operation({
    id: 'testWebhook',
    method: 'POST',
    path: '/webhooks/{id}/tests',
    tag,
    summary: 'Tell it something that has not happened',
    scope: 'webhooks:write',
    status: 202,
    answer: told('WebhookTest', z.object({ deliveryId: id })),
    async run({ viewer, params: { id: webhookId = '' } }) {
      return { body: { deliveryId: await tellTest(viewer, webhookId) } }
    },
  }),
  operation({
    id: 'listWebhookDeliveries',
    method: 'GET',
    path: '/webhooks/{id}/deliveries',
    tag,
    summary: 'What it was told and what it answered, newest first',
    scope: 'webhooks:read',
    query: z.strictObject(page),
    answer: pageOf('WebhookDeliveryPage', Delivery),
    async run({ viewer, params: { id: webhookId = '' }, query: { limit, after } }) {
      const found = await listDeliveries(viewer, webhookId, { before: after, most: limit })
      return { body: { items: found.deliveries.map(deliveryView), next: found.next } }
    },
  }),
  operation({
    id: 'readWebhookDelivery',
    method: 'GET',
    path: '/webhooks/{id}/deliveries/{deliveryId}',
    tag,
    summary: 'One thing that it was told',
    scope: 'webhooks:read',
    answer: Delivery,
    async run({ viewer, params: { id: webhookId = '', deliveryId = '' } }) {
      return { body: deliveryView(await readDelivery(viewer, webhookId, deliveryId)) }
    },
  }),
  operation({
    id: 'replayWebhookDelivery',
    method: 'POST',
    path: '/webhooks/{id}/deliveries/{deliveryId}/replay',
    tag,
    summary: 'Tell it once more, under the same id',
    scope: 'webhooks:write',
    status: 202,
    answer: Delivery,
    async run({ viewer, params: { id: webhookId = '', deliveryId = '' } }) {
      await replayDelivery(viewer, webhookId, deliveryId)
      return { body: deliveryView(await readDelivery(viewer, webhookId, deliveryId)) }
    },
  }),
]
