// What was told to a webhook and what it answered.
import { randomUUID } from 'node:crypto'
import { record } from '@/domain/audit/audit'
import { requireOwnSession, type Viewer } from '@/domain/viewer'
import type { Prisma, WebhookAttempt, WebhookDelivery } from '@/generated/prisma/client'
import { inMinutes, now } from '@/lib/clock'
import { type Cursor, cursorText, readCursor } from '@/lib/cursor'
import { db, rowId, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { tellHours } from './events'
import { readWebhook } from './webhook'

export type ToldDelivery = WebhookDelivery & { attemptsMade: WebhookAttempt[] }

/** For so many days what has ended is kept. */
const keptDays = 14
/** The last ones of each are told. */
const attemptsTold = 5

const include = { attemptsMade: { orderBy: { number: 'desc' }, take: attemptsTold } } as const

/**
 * A page of what was told to a webhook, newest first, and where it goes on.
 * @param before a cursor of an earlier page @throws Refusal not-allowed, webhook-not-found
 */
export async function listDeliveries(
  viewer: Viewer,
  webhookId: string,
  { before, most }: { before?: string; most: number },
): Promise<{ deliveries: ToldDelivery[]; next: string | null }> {
  const { id } = await readWebhook(viewer, webhookId)
  const from = readCursor(before)
  const rows = await db().webhookDelivery.findMany({
    where: { webhookId: id, ...(from && olderThan(from)) },
    include,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: most + 1,
  })
  const deliveries = rows.slice(0, most)
  const last = rows.length > most ? deliveries.at(-1) : undefined
  return { deliveries, next: last ? cursorText({ at: last.createdAt, id: last.id }) : null }
}

const olderThan = ({ at, id }: Cursor): Prisma.WebhookDeliveryWhereInput => ({
  createdAt: { lte: at },
  OR: [{ createdAt: { lt: at } }, { id: { lt: id } }],
})

/** @throws Refusal not-allowed, webhook-not-found, delivery-not-found */
export async function readDelivery(viewer: Viewer, webhookId: string, id: string): Promise<ToldDelivery> {
  const webhook = await readWebhook(viewer, webhookId)
  const where = { id: rowId(id), webhookId: webhook.id }
  const delivery = await db().webhookDelivery.findFirst({ where, include })
  if (!delivery) throw new Refusal('delivery-not-found')
  return delivery
}

/**
 * Tells it once more: the same message under the same id.
 * @throws Refusal not-allowed, acting-as, webhook-not-found, delivery-not-found
 */
export async function replayDelivery(viewer: Viewer, webhookId: string, id: string): Promise<void> {
  requireOwnSession(viewer)
  const delivery = await readDelivery(viewer, webhookId, id)
  const { name } = await readWebhook(viewer, webhookId)
  await transaction(async tx => {
    await tx.webhookDelivery.update({
      where: { id: delivery.id },
      data: { state: 'waiting', dueAt: now(), endedAt: null, expiresAt: inMinutes(tellHours * 60) },
    })
    const subject = { type: 'webhook' as const, id: webhookId, label: name, tenantId: viewer.tenantId }
    await record(tx, viewer, 'webhook.replayed', subject, { after: { kind: delivery.type } })
  })
}

/** Tells a webhook something that has not happened, to see whether it hears. @throws Refusal not-allowed, acting-as, webhook-not-found */
export async function tellTest(viewer: Viewer, webhookId: string): Promise<string> {
  requireOwnSession(viewer)
  const webhook = await readWebhook(viewer, webhookId)
  const at = now()
  const { id } = await db().webhookDelivery.create({
    data: {
      id: randomUUID(),
      webhookId: webhook.id,
      type: 'webhook.test',
      data: { webhookId: webhook.id, name: webhook.name, requestedBy: viewer.email },
      createdAt: at,
      dueAt: at,
      // Somebody waits for it: it is not tried again for long.
      expiresAt: inMinutes(1),
    },
  })
  return id
}

/** Deletes what has ended long ago, and what waits for a webhook that is paused for as long. @returns how many */
export const deleteOldDeliveries = (batch: number): Promise<number> =>
  db().$executeRaw`
    DELETE FROM "WebhookDelivery" WHERE id IN (
      SELECT id FROM "WebhookDelivery"
      WHERE "endedAt" < ${old()}::timestamptz
        OR ("endedAt" IS NULL AND "createdAt" < ${old()}::timestamptz AND "expiresAt" < ${now()}::timestamptz)
      LIMIT ${batch} FOR UPDATE SKIP LOCKED)`

const old = () => inMinutes(-keptDays * 24 * 60)
