// What webhooks can hear of, and how it gets to them: with the commit of what happened, or not at all.
import { Prisma } from '@/generated/prisma/client'
import { sqlNow, type Tx } from '@/lib/db'

export const webhookEvents = [
  'mail.sent',
  'mail.failed',
  'mail.uncertain',
  'alarm.mailed',
  'user.invited',
  'user.activated',
  'user.disabled',
  'mail_server.troubled',
  'mail_server.recovered',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** For so long an event is worth telling. */
export const tellHours = 24

/**
 * An INSERT that tells of the rows of a CTE `mail` (whole rows of OutboundMail, just changed) that have ended, or of
 * which nobody knows whether they arrived. Test mails are nobody's news.
 */
export const tellOfMails: Prisma.Sql = Prisma.sql`
  INSERT INTO "WebhookDelivery" (id, "webhookId", type, data, "createdAt", "dueAt", "expiresAt")
  SELECT gen_random_uuid(), hook.id, event.type, jsonb_build_object(
      'id', mail.id, 'kind', mail.kind, 'recipient', mail.recipient, 'state', mail.state, 'cause', mail.cause,
      'kept', mail.kept, 'attempts', mail.attempts, 'userId', mail."userId", 'tenantId', mail."tenantId",
      'messageId', mail."messageId", 'createdAt', mail."createdAt", 'sentAt', mail."sentAt"),
    now(), now(), now() + ${Prisma.raw(String(tellHours))} * interval '1 hour'
  FROM "Webhook" hook
  JOIN mail ON hook."tenantId" IS NULL OR hook."tenantId" = mail."tenantId"
  CROSS JOIN LATERAL (VALUES
    ('mail.' || mail.state::text),
    (CASE WHEN mail.kind LIKE 'alarm%' AND mail.state = 'sent' THEN 'alarm.mailed' END)) AS event(type)
  WHERE hook."pausedAt" IS NULL AND event.type = ANY (hook.events)
    AND mail.state IN ('sent', 'failed', 'uncertain') AND mail.kind <> 'test'`

type Told = { tenantId: string | null; data: Prisma.InputJsonObject }

/** Tells of what has happened in this transaction. */
export async function tellWebhooks(tx: Tx, type: WebhookEvent, told: readonly Told[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "WebhookDelivery" (id, "webhookId", type, data, "createdAt", "dueAt", "expiresAt")
    SELECT gen_random_uuid(), hook.id, ${type}, told.data, ${sqlNow()}, ${sqlNow()},
      ${sqlNow()} + ${tellHours}::int * interval '1 hour'
    FROM "Webhook" hook
    JOIN json_to_recordset(${JSON.stringify(told)}::json) AS told("tenantId" uuid, data jsonb)
      ON hook."tenantId" IS NULL OR hook."tenantId" = told."tenantId"
    WHERE hook."pausedAt" IS NULL AND ${type} = ANY (hook.events)`
}
