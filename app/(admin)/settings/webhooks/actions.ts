'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { replayDelivery, tellTest } from '@/domain/webhooks/deliveries'
import { webhookEvents } from '@/domain/webhooks/events'
import {
  addWebhook,
  changeWebhook,
  deleteWebhook,
  factsOfWebhook,
  pauseWebhook,
  resumeWebhook,
  rotateSecret,
} from '@/domain/webhooks/webhook'
import { webhookUrlField } from '@/domain/webhooks/webhook-url'
import { openedField } from '@/lib/meanwhile'
import { requiredNameField } from '@/lib/name-field'
import { saveUnlessChanged } from '../../save-unless-changed'

const details = { name: requiredNameField, url: webhookUrlField }

/** A box that is not ticked is not sent. */
const ticked = (boxes: Record<string, unknown>) => webhookEvents.filter(event => boxes[event] !== undefined)

const NewWebhook = z
  .looseObject(details)
  .transform(({ name, url, ...boxes }) => ({ name, url, events: ticked(boxes) }))

export type ShownSecret = { id: string; secret: string }

/** Adds a webhook, and shows its secret once. */
export const addWebhookAction = viewerAction<typeof NewWebhook, ShownSecret>(
  NewWebhook,
  async (viewer, input) => {
    const t = await getTranslations('webhooks')
    const data = await addWebhook(viewer, input)
    return { message: t('added', { name: input.name }), data }
  },
)

const Changed = z
  .looseObject({ ...details, id: z.guid(), opened: openedField })
  .transform(({ id, opened, name, url, ...boxes }) => ({ id, opened, name, url, events: ticked(boxes) }))

export const changeWebhookAction = viewerAction<typeof Changed, Seen>(
  Changed,
  async (viewer, { id, opened, ...input }) => {
    const t = await getTranslations('webhooks')
    return saveUnlessChanged(
      factsOfWebhook(input),
      async () => factsOfWebhook(await changeWebhook(viewer, id, input, opened)),
      {
        message: t('saved'),
        words: async (field, word) => ({ label: t(field as 'name' | 'url' | 'events'), word }),
      },
    )
  },
)

const One = z.object({ id: z.guid() })

export const rotateSecretAction = viewerAction<typeof One, ShownSecret>(
  One,
  async (viewer, { id }) => ({
    message: (await getTranslations('webhooks'))('rotated'),
    data: { id, secret: await rotateSecret(viewer, id) },
  }),
  { confirm: () => true },
)

const deeds = { pause: pauseWebhook, resume: resumeWebhook, test: tellTest }
const done = { pause: 'pausedDone', resume: 'resumedDone', test: 'tested' } as const

export const webhookDeedAction = viewerAction(
  z.object({ id: z.guid(), deed: z.enum(['pause', 'resume', 'test']) }),
  async (viewer, { id, deed }) => {
    await deeds[deed](viewer, id)
    return { message: (await getTranslations('webhooks'))(done[deed]) }
  },
)

export const replayAction = viewerAction(
  z.object({ id: z.guid(), deliveryId: z.guid() }),
  async (viewer, { id, deliveryId }) => {
    await replayDelivery(viewer, id, deliveryId)
    return { message: (await getTranslations('webhooks'))('replayed') }
  },
)

export const deleteWebhookAction = viewerAction(
  One,
  async (viewer, { id }) => {
    await deleteWebhook(viewer, id)
    redirect('/settings/webhooks?notice=deleted')
  },
  { confirm: () => true },
)
