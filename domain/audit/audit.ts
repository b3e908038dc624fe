import { createHash } from 'node:crypto'
import { v7 as uuid } from 'uuid'
import type { Actor } from '@/domain/viewer'
import { Prisma } from '@/generated/prisma/client'
import { networkOf } from '@/lib/addresses'
import { now } from '@/lib/clock'
import type { Tx } from '@/lib/db'
import { shortDevice } from '@/lib/device'
import type { AuditAction } from './actions'

export type Subject = {
  type:
    | 'user'
    | 'session'
    | 'tenant'
    | 'customer'
    | 'mail-server'
    | 'dkim-key'
    | 'outbound-mail'
    | 'alarm'
    | 'alarm-rule'
    | 'alarm-image'
    | 'alarm-recipient'
    | 'installation'
    | 'api-key'
    | 'webhook'
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
  action: AuditAction,
  subject: Subject,
  change: { before?: Prisma.InputJsonValue; after?: Prisma.InputJsonValue } = {},
): Promise<void> {
  await tx.auditEvent.create({ data: { ...eventOf(actor, action, subject), ...change } })
}

/** The same as a part of a statement. @param condition whether it is done, once that is known */
export function recording(
  actor: Actor,
  action: AuditAction,
  subject: Subject,
  condition: Prisma.Sql,
): Prisma.Sql {
  const event = eventOf(actor, action, subject)
  return Prisma.sql`
    INSERT INTO "AuditEvent"
      (id, at, action, "actorId", actor, address, device, "subjectType", "subjectId", subject, "tenantId")
    SELECT ${uuid()}::uuid, ${event.at}::timestamptz, ${event.action}, ${event.actorId}::uuid, ${event.actor},
      ${event.address}, ${event.device}, ${event.subjectType}, ${event.subjectId}, ${event.subject},
      ${event.tenantId}::uuid
    WHERE ${condition}`
}

/** Records the same of many things at once. */
export async function recordEach(
  tx: Tx,
  actor: Actor,
  action: AuditAction,
  things: readonly { subject: Subject; after?: Prisma.InputJsonValue }[],
): Promise<void> {
  await tx.auditEvent.createMany({
    data: things.map(({ subject, after }) => ({ ...eventOf(actor, action, subject), after })),
  })
}

/**
 * Records what anybody can cause without an account, as often as they like: the same thing from the same network
 * is one event an hour, with the number of times. What has no subject (no such account) is told by what was
 * typed last, and so many networks an hour share so many events: strangers cannot fill the audit.
 */
export const recordCounted = (
  tx: Tx,
  actor: Actor,
  action: AuditAction,
  subject: Subject | null,
): Promise<void> => count(tx, action, [{ actor, subject, times: 1 }])

/**
 * Records the same of any number at once, as `recordCounted` would one by one: in one statement, so that nobody waits
 * for those who ask again and again. @param subject null for strangers
 */
export async function recordCountedEach(
  tx: Tx,
  action: AuditAction,
  things: readonly { actor: Actor; subject: Subject | null }[],
): Promise<void> {
  const counted = new Map<string, Counted>()
  for (const { actor, subject } of things) {
    const id = countedId(actor, action, subject)
    counted.set(id, { actor, subject, times: (counted.get(id)?.times ?? 0) + 1 })
  }
  if (counted.size > 0) await count(tx, action, [...counted.values()])
}

type Counted = { actor: Actor; subject: Subject | null; times: number }

/**
 * Adds to the events of the hour. What is under a seal changes no more: where a clock is so far behind that its
 * hour is over for the others, the next event of that hour counts on.
 */
async function count(tx: Tx, action: AuditAction, counted: Counted[], turn = 0): Promise<void> {
  const events = counted.map(({ actor, subject, times }) => {
    const unknown = { type: 'user' as const, id: null, label: actor.email ?? '' }
    return {
      ...eventOf(actor, action, subject ?? unknown),
      id: countedId(actor, action, subject, turn),
      times,
    }
  })
  const column = <Name extends keyof (typeof events)[number]>(name: Name) => events.map(event => event[name])
  const told = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO "AuditEvent" AS held
      (id, at, action, "actorId", actor, address, device, "subjectType", "subjectId", subject, "tenantId", count)
    SELECT id, ${now()}::timestamptz, ${action}, "actorId", actor, address, device, type, "subjectId", subject, "tenantId", times
    FROM unnest(
      ${column('id')}::uuid[], ${column('actorId')}::uuid[], ${column('actor')}::text[],
      ${column('address')}::text[], ${column('device')}::text[], ${column('subjectType')}::text[],
      ${column('subjectId')}::text[], ${column('subject')}::text[], ${column('tenantId')}::uuid[],
      ${column('times')}::int[]
    ) AS event (id, "actorId", actor, address, device, type, "subjectId", subject, "tenantId", times) ORDER BY id
    ON CONFLICT (id) DO UPDATE SET at = excluded.at, actor = excluded.actor, address = excluded.address,
      device = excluded.device, subject = excluded.subject, count = held.count + excluded.count
    WHERE held.seal IS NULL
    RETURNING id`
  if (told.length === events.length) return
  const done = new Set(told.map(({ id }) => id))
  await count(
    tx,
    action,
    counted.filter((_, index) => !done.has(events[index]?.id ?? '')),
    turn + 1,
  )
}

/** The event of the hour that counts such a thing. Its version tells that it counts: 8. */
function countedId(actor: Actor, action: string, subject: Subject | null, turn = 0): string {
  const hour = Math.floor(now().getTime() / 3_600_000)
  const place = slotOf(networkOf(actor.address ?? ''))
  return uuidOf([action, subject?.type, subject?.id, place, hour, ...(turn > 0 ? [turn] : [])].join(' '))
}

/** What is searched for by an index must fit into it. */
const longestName = 400

const eventOf = (actor: Actor, action: AuditAction, subject: Subject) => ({
  at: now(),
  action,
  actorId: actor.actedBy?.id ?? actor.id,
  actor: nameOf(actor)?.slice(0, longestName) ?? null,
  address: actor.address,
  device: actor.device ? shortDevice(actor.device) : null,
  subjectType: subject.type,
  subjectId: subject.id,
  subject: subject.label.slice(0, longestName),
  tenantId: subject.tenantId ?? null,
})

const as = ' as '

/** Who did something. Whoever was signed in as somebody else comes first: it is they who did it. */
const nameOf = ({ email, actedBy }: Actor): string | null =>
  actedBy ? `${actedBy.email}${as}${email}` : email

/** The one or two people in an actor's name: who did it, and as whom. There is no blank in an address. */
export function readActor(actor: string): { by: string; as: string | null } {
  const [by = '', other] = actor.split(as)
  return { by, as: other ?? null }
}

const slotOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 2)

/** Always the same for the same text (RFC 9562 §5.8). */
function uuidOf(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex')
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5')
}
