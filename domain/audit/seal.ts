// What a seal says of its events, and of the seal before it.
import { createHash } from 'node:crypto'
import type { AuditEvent, AuditSeal } from '@/generated/prisma/client'
import { type AuditKey, sign } from './audit-key'

/** What the first seal names as the one before it. */
export const noHash = ''

export type SealContent = Pick<AuditSeal, 'number' | 'noise' | 'count' | 'firstAt' | 'lastAt' | 'content'>

/** What is written of events that are in the order of their times and ids. */
export function contentOf(events: AuditEvent[]): string {
  const hash = createHash('sha256')
  for (const event of events) hash.update(`${canonical(event)}\n`)
  return hash.digest('hex')
}

export const hashOf = (key: AuditKey, seal: SealContent, previous: string): string =>
  sign(key, [
    'seal',
    previous,
    seal.number,
    seal.noise,
    seal.count,
    seal.firstAt.toISOString(),
    seal.lastAt.toISOString(),
    seal.content,
  ])

/** Says that it was Latchkey which deleted the events of a seal. */
export const pruneMark = (key: AuditKey, hash: string, prunedAt: Date): string =>
  sign(key, ['pruned', hash, prunedAt.toISOString()])

/** Everything of an event that means something, in one way only. */
const canonical = (event: AuditEvent): string =>
  JSON.stringify(
    [
      event.id,
      event.at.toISOString(),
      event.action,
      event.actorId,
      event.actor,
      event.address,
      event.device,
      event.subjectType,
      event.subjectId,
      event.subject,
      event.tenantId,
      event.before,
      event.after,
      event.count,
    ],
    // Another database may keep the keys of an object in another order.
    (_, value) =>
      value && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
        : value,
  )
