// What an administrator sees of the outbox, and does with it.
import { record } from '@/domain/audit/audit'
import { type MailServerView, readVersions } from '@/domain/mail-server/versions'
import { type Viewer, visibleTenant } from '@/domain/viewer'
import type { DeliveryAttempt } from '@/generated/prisma/client'
import { db, rowId, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { linkAlive, resend } from './resend'

export type ExplainedAttempt = DeliveryAttempt & {
  /** The server and the settings that it was made with: for the system administrator, while they are there. */
  server: Pick<MailServerView, 'mailServerId' | 'settings'> | null
}

/** One mail with its attempts, oldest first. @throws Refusal mail-not-found, also when it is somebody else's */
export async function readMail(viewer: Viewer, id: string) {
  const mail = await db().outboundMail.findFirst({
    where: { id: rowId(id), ...visibleTenant(viewer) },
    include: { deliveryAttempts: { orderBy: { number: 'asc' } } },
  })
  if (!mail) throw new Refusal('mail-not-found')
  const servers = viewer.role === 'system_administrator' ? await serversOf(mail.deliveryAttempts) : new Map()
  return {
    ...mail,
    deliveryAttempts: mail.deliveryAttempts.map(
      (attempt): ExplainedAttempt => ({
        ...attempt,
        server: servers.get(attempt.mailServerVersionId) ?? null,
      }),
    ),
  }
}

/** By the id of their version. */
async function serversOf(attempts: DeliveryAttempt[]): Promise<Map<string | null, MailServerView>> {
  const ids = attempts.flatMap(({ mailServerVersionId }) => mailServerVersionId ?? [])
  const views = await readVersions([...new Set(ids)])
  return new Map(views.map(version => [version.versionId, version]))
}

/** The last mails to one account, newest first. The caller has checked that the viewer may see it. */
export const mailsOfUser = (userId: string) =>
  db().outboundMail.findMany({ where: { userId }, orderBy: { createdAt: 'desc' }, take: 10 })

/**
 * Sends a mail again that has ended or is waiting: the same message with the same Message-ID and link.
 * @throws Refusal mail-not-found, mail-under-way, link-dead when what it carries can no longer be used
 */
export const sendAgain = (viewer: Viewer, id: string) =>
  transaction(async tx => {
    const mail = await tx.outboundMail.findFirst({ where: { id: rowId(id), ...visibleTenant(viewer) } })
    if (!mail) throw new Refusal('mail-not-found')
    if (mail.state === 'sending') throw new Refusal('mail-under-way')
    if (mail.kind === 'test') throw new Refusal('test-mail-once')
    if (!(await linkAlive(tx, mail))) throw new Refusal('link-dead')
    if ((await resend(tx, [mail])) === 0) throw new Refusal('mail-under-way')
    await record(tx, viewer, 'mail.sent-again', {
      type: 'outbound-mail',
      id,
      label: mail.recipient,
      tenantId: mail.tenantId,
    })
  })
