// Webhooks: where programs of others hear what has happened, and what administrators do with them.
import { randomBytes, randomUUID } from 'node:crypto'
import type { AuditAction } from '@/domain/audit/actions'
import { record } from '@/domain/audit/audit'
import {
  requireAdministrator,
  requireFreshProof,
  requireOwnSession,
  type Viewer,
  visibleTenant,
} from '@/domain/viewer'
import type { Webhook } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { db, rowId, type Tx, transaction } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'
import type { SealedColumn } from '@/lib/sealed-column'
import { tellHours, type WebhookEvent } from './events'

/** So many an installation, or a tenant, may have. */
const most = 20
/** For so long the secret before the present one signs as well. */
const oldSecretHours = 24

export const sealedSecret: SealedColumn = {
  table: 'Webhook',
  column: 'sealedSecret',
  place: id => `Webhook.sealedSecret:${id}`,
}
export const sealedOldSecret: SealedColumn = {
  table: 'Webhook',
  column: 'sealedOldSecret',
  place: id => `Webhook.sealedOldSecret:${id}`,
}

export type WebhookDetails = { name: string; url: string; events: readonly WebhookEvent[] }

export type WebhookView = Omit<Webhook, 'sealedSecret' | 'sealedOldSecret' | 'tenantId'>

const shown = { sealedSecret: true, sealedOldSecret: true, tenantId: true } as const

/** What a form about a webhook holds. */
export const factsOfWebhook = ({ name, url, events }: Pick<Webhook, 'name' | 'url' | 'events'>): Facts => ({
  name,
  url,
  events: [...events].sort().join(' '),
})

/** Those of the viewer's tenant, or of the installation, the newest first. @throws Refusal not-allowed */
export async function listWebhooks(viewer: Viewer): Promise<WebhookView[]> {
  requireAdministrator(viewer)
  return db().webhook.findMany({
    where: { tenantId: viewer.tenantId },
    omit: shown,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  })
}

/** @throws Refusal not-allowed, webhook-not-found */
export async function readWebhook(viewer: Viewer, id: string, tx: Tx = db()): Promise<WebhookView> {
  requireAdministrator(viewer)
  const webhook = await tx.webhook.findFirst({
    where: { id: rowId(id), tenantId: viewer.tenantId },
    omit: shown,
  })
  if (!webhook) throw new Refusal('webhook-not-found')
  return webhook
}

/**
 * @returns the secret that its requests are signed with, which is not told again
 * @throws Refusal not-allowed, acting-as, prove-yourself, too-many-webhooks, webhook-events-required
 */
export async function addWebhook(
  viewer: Viewer,
  details: WebhookDetails,
): Promise<{ id: string; secret: string }> {
  requireAdministrator(viewer)
  requireOwnSession(viewer)
  requireFreshProof(viewer)
  requireEvents(details)
  const { tenantId } = viewer
  const [id, secret] = [randomUUID(), newSecret()]
  const { name, url } = details
  return transaction(async tx => {
    if ((await tx.webhook.count({ where: { tenantId } })) >= most)
      throw new Refusal('too-many-webhooks', { values: { most } })
    const webhook = await tx.webhook.create({
      data: {
        ...{ id, tenantId, name, url, events: [...details.events] },
        sealedSecret: keyring().seal(secret, sealedSecret.place(id)),
        createdBy: viewer.email,
        createdAt: now(),
      },
    })
    await told(tx, viewer, webhook, 'webhook.added', { after: toldOf(details) })
    return { id, secret }
  })
}

/**
 * @param opened what the form was opened with
 * @throws Refusal not-allowed, acting-as, prove-yourself, webhook-not-found, webhook-events-required; ChangedMeanwhile
 */
export const changeWebhook = (
  viewer: Viewer,
  id: string,
  details: WebhookDetails,
  opened?: Facts,
): Promise<WebhookView> =>
  transaction(async tx => {
    const webhook = await held(tx, viewer, id)
    requireEvents(details)
    const wanted = { ...details, events: [...details.events] }
    const [before, after] = [factsOfWebhook(webhook), factsOfWebhook(wanted)]
    refuseChangedMeanwhile(opened, after, before)
    if (JSON.stringify(before) === JSON.stringify(after)) return webhook
    // Another place deserves its own trial.
    const fresh = webhook.url === details.url ? {} : untroubled
    const changed = await tx.webhook.update({
      where: { id: webhook.id },
      data: { ...wanted, ...fresh },
      omit: shown,
    })
    await told(tx, viewer, changed, 'webhook.changed', { before: toldOf(webhook), after: toldOf(changed) })
    return changed
  })

/**
 * Another secret; the one before it goes on signing as well for a day, so that the other side can change it in peace.
 * @returns the new secret @throws Refusal not-allowed, acting-as, prove-yourself, webhook-not-found
 */
export const rotateSecret = (viewer: Viewer, id: string): Promise<string> =>
  transaction(async tx => {
    const webhook = await held(tx, viewer, id)
    const { sealedSecret: sealed } = await tx.webhook.findUniqueOrThrow({ where: { id: webhook.id } })
    const old = keyring().open(sealed, sealedSecret.place(webhook.id))
    const secret = newSecret()
    await tx.webhook.update({
      where: { id: webhook.id },
      data: {
        sealedSecret: keyring().seal(secret, sealedSecret.place(webhook.id)),
        sealedOldSecret: keyring().seal(old, sealedOldSecret.place(webhook.id)),
        oldSecretUntil: inMinutes(oldSecretHours * 60),
      },
    })
    await told(tx, viewer, webhook, 'webhook.secret-rotated')
    return secret
  })

/** Sends nothing there, and keeps nothing for it. @throws Refusal not-allowed, acting-as, webhook-not-found */
export const pauseWebhook = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const webhook = await held(tx, viewer, id, { fresh: false })
    if (webhook.pausedAt) return
    await tx.webhook.update({
      where: { id: webhook.id },
      data: { pausedAt: now(), pausedBecause: 'by-administrator' },
    })
    await told(tx, viewer, webhook, 'webhook.paused')
  })

/** Begins again with what waits for it. @throws Refusal not-allowed, acting-as, webhook-not-found */
export const resumeWebhook = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const webhook = await held(tx, viewer, id, { fresh: false })
    if (!webhook.pausedAt) return
    await tx.webhook.update({
      where: { id: webhook.id },
      data: { ...untroubled, pausedAt: null, pausedBecause: null },
    })
    const data = { dueAt: now(), expiresAt: inMinutes(tellHours * 60) }
    await tx.webhookDelivery.updateMany({ where: { webhookId: webhook.id, state: 'waiting' }, data })
    await told(tx, viewer, webhook, 'webhook.resumed')
  })

/** Deletes it with its log. @throws Refusal not-allowed, acting-as, prove-yourself, webhook-not-found */
export const deleteWebhook = (viewer: Viewer, id: string): Promise<void> =>
  transaction(async tx => {
    const webhook = await held(tx, viewer, id)
    await tx.webhook.delete({ where: { id: webhook.id } })
    await told(tx, viewer, webhook, 'webhook.deleted')
  })

/** The names of those of the viewer's that were paused because they fail. @throws Refusal not-allowed */
export async function failingWebhooks(viewer: Viewer): Promise<{ id: string; name: string }[]> {
  visibleTenant(viewer)
  return db().webhook.findMany({
    where: { tenantId: viewer.tenantId, pausedBecause: { in: ['failing', 'gone'] } },
    select: { id: true, name: true },
    orderBy: { createdAt: 'asc' },
  })
}

/** The path of an address is often a secret of whoever hears there. */
const toldOf = ({ name, url, events }: Pick<Webhook, 'name' | 'url'> & { events: readonly string[] }) => ({
  name,
  host: new URL(url).host,
  events: [...events],
})

const untroubled = { failures: 0, failingSince: null, retryAt: null }

/** As Standard Webhooks has them. */
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`

function requireEvents({ events }: WebhookDetails): void {
  if (events.length === 0) throw new Refusal('webhook-events-required', { field: 'events' })
}

async function held(tx: Tx, viewer: Viewer, id: string, { fresh = true } = {}): Promise<WebhookView> {
  requireOwnSession(viewer)
  if (fresh) requireFreshProof(viewer)
  await tx.$queryRaw`SELECT 1 FROM "Webhook" WHERE id = ${rowId(id)}::uuid FOR UPDATE`
  return readWebhook(viewer, id, tx)
}

const told = (
  tx: Tx,
  viewer: Viewer,
  { id, name }: Pick<Webhook, 'id' | 'name'>,
  action: AuditAction,
  change?: Parameters<typeof record>[4],
) => record(tx, viewer, action, { type: 'webhook', id, label: name, tenantId: viewer.tenantId }, change)
