import type { Actor } from '@/domain/viewer'
import type { Prisma } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'

export type Subject = {
  type:
    | 'user'
    | 'session'
    | 'tenant'
    | 'customer'
    | 'mail-server'
    | 'dkim-key'
    | 'outbound-mail'
    | 'installation'
  id: string | null
  /** How a person would call it: an email address, a name */
  label: string
  tenantId?: string | null
}

/**
 * Records who did what, in the transaction that does it: what is rolled back was not done.
 * `before` and `after` never hold a secret; a changed secret is told as the word "changed".
 */
export async function record(
  tx: Tx,
  actor: Actor,
  action: string,
  subject: Subject,
  change: { before?: Prisma.InputJsonValue; after?: Prisma.InputJsonValue } = {},
): Promise<void> {
  await tx.auditEvent.create({
    data: {
      at: now(),
      action,
      actorId: actor.id,
      actor: actor.email,
      address: actor.address,
      subjectType: subject.type,
      subjectId: subject.id,
      subject: subject.label,
      tenantId: subject.tenantId ?? null,
      before: change.before,
      after: change.after,
    },
  })
}
