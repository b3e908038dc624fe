import { createHash } from 'node:crypto'
import type { Actor } from '@/domain/viewer'
import type { Prisma } from '@/generated/prisma/client'
import { networkOf } from '@/lib/addresses'
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
  await tx.auditEvent.create({ data: { ...eventOf(actor, action, subject), ...change } })
}

/**
 * Records what anybody can cause without an account, as often as they like: the same thing from the same network
 * is one event an hour, with the number of times. What has no subject (no such account) is told by what was
 * typed last, and so many networks an hour share so many events: strangers cannot fill the audit.
 */
export async function recordCounted(
  tx: Tx,
  actor: Actor,
  action: string,
  subject: Subject | null,
): Promise<void> {
  const id = countedId(actor, action, subject)
  const unknown = { type: 'user' as const, id: null, label: actor.email ?? '' }
  const event = eventOf(actor, action, subject ?? unknown)
  await tx.auditEvent.upsert({
    where: { id },
    create: { id, ...event },
    update: { ...event, count: { increment: 1 } },
  })
}

/**
 * Records the same of any number of strangers, without a subject, as `recordCounted` would one by one: in one
 * statement, so that whoever has an account does not wait for them.
 */
export async function recordStrangers(tx: Tx, actors: Actor[], action: string): Promise<void> {
  const events = new Map<string, { last: Actor; times: number }>()
  for (const actor of actors) {
    const id = countedId(actor, action, null)
    events.set(id, { last: actor, times: (events.get(id)?.times ?? 0) + 1 })
  }
  const told = [...events.values()]
  await tx.$executeRaw`
    INSERT INTO "AuditEvent" AS held (id, at, action, actor, address, "subjectType", subject, count)
    SELECT id, ${now()}::timestamptz, ${action}, actor, address, 'user', coalesce(actor, ''), times
    FROM unnest(
      ${[...events.keys()]}::uuid[], ${told.map(({ last }) => last.email)}::text[],
      ${told.map(({ last }) => last.address)}::text[], ${told.map(({ times }) => times)}::int[]
    ) AS event (id, actor, address, times) ORDER BY id
    ON CONFLICT (id) DO UPDATE SET at = excluded.at, actor = excluded.actor, address = excluded.address,
      subject = excluded.subject, count = held.count + excluded.count`
}

/** The event of the hour that counts such a thing. */
function countedId(actor: Actor, action: string, subject: Subject | null): string {
  const hour = Math.floor(now().getTime() / 3_600_000)
  const place = slotOf(networkOf(actor.address ?? ''))
  return uuidOf([action, subject?.type, subject?.id, place, hour].join(' '))
}

const eventOf = (actor: Actor, action: string, subject: Subject) => ({
  at: now(),
  action,
  actorId: actor.id,
  actor: actor.email,
  address: actor.address,
  subjectType: subject.type,
  subjectId: subject.id,
  subject: subject.label,
  tenantId: subject.tenantId ?? null,
})

const slotOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 2)

/** Always the same for the same text (RFC 9562 §5.8). */
function uuidOf(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex')
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')
}
