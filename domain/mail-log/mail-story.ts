// The life of a mail in the order in which it happened, from who wanted it to how it ended.

import type { LinkFate } from '@/domain/links/link-fate'
import { waiting } from '@/domain/outbox/states'
import type { DeliveryAttempt, OutboundMail } from '@/generated/prisma/client'

/** What somebody did to a mail, or asked of it. */
export type MailEvent = {
  what: 'merged' | 'limited' | 'sent-again' | 'arrived' | 'cancelled'
  at: Date
  by: string | null
  from: string | null
}

export type MailLinkFate = Omit<LinkFate, 'successorId'> & {
  /** The mail with the link that replaced it */
  newerMailId: string | null
}

type Attempt = Pick<
  DeliveryAttempt,
  'outcome' | 'cause' | 'phase' | 'serverName' | 'replyText' | 'startedAt' | 'endedAt'
>

export type StoryEntry<A extends Attempt = Attempt> =
  | {
      what: 'requested' | 'merged' | 'limited' | 'sent-again'
      at: Date
      by: string | null
      from: string | null
    }
  | { what: 'queued'; at: Date; until: Date }
  | { what: 'attempt'; at: Date; attempt: A }
  /** Two or more that ended as the one told after them did */
  | { what: 'alike'; at: Date; attempts: A[] }
  /** What ended alike before the attempts that are told one by one */
  | { what: 'earlier'; at: Date; attempts: Earlier }
  | { what: 'opened'; at: Date; from: string | null }
  | { what: 'used' | 'expired' | 'withdrawn'; at: Date }
  | { what: 'replaced'; at: Date; newerMailId: string | null }
  | { what: 'ended'; at: Date | null; by: string | null; newerMailId: string | null }

type Earlier = { outcome: string; cause: string | null; serverName: string | null; count: number; at: Date }

type Told<A extends Attempt> = OutboundMail & {
  deliveryAttempts: A[]
  earlier: Earlier[]
  events: MailEvent[]
  link: MailLinkFate | null
}

/** All that is known of a mail, oldest first. What a mail waits for is not part of it: that is not over. */
export function storyOf<A extends Attempt>(mail: Told<A>): StoryEntry<A>[] {
  const { createdAt, expiresAt, requestedBy, requestedFrom, deliveryAttempts, events } = mail
  const entries: StoryEntry<A>[] = [
    { what: 'requested', at: createdAt, by: requestedBy, from: requestedFrom },
    { what: 'queued', at: createdAt, until: expiresAt },
    ...events.flatMap(({ what, ...event }) =>
      what === 'cancelled' || what === 'arrived' ? [] : [{ what, ...event }],
    ),
    ...mail.earlier.map(attempts => ({ what: 'earlier' as const, at: attempts.at, attempts })),
    ...deliveryAttempts.map(attemptEntry),
    ...ending(mail),
    ...fate(mail),
  ]
  const time = ({ at }: StoryEntry<A>) => at?.getTime() ?? Number.POSITIVE_INFINITY
  return folded(entries.sort((one, other) => (time(one) === time(other) ? 0 : time(one) - time(other))))
}

/**
 * Of attempts that follow each other and ended alike the last is told, and the others with it; that somebody had
 * asked for each changes nothing about that.
 */
function folded<A extends Attempt>(entries: StoryEntry<A>[]): StoryEntry<A>[] {
  const told: StoryEntry<A>[] = []
  let run: StoryEntry<A>[] = []
  const tell = () => {
    const attempts = run.flatMap(entry => (entry.what === 'attempt' ? [entry.attempt] : []))
    const [first] = attempts
    if (first && attempts.length > 1) told.push({ what: 'alike', at: first.startedAt, attempts })
    else told.push(...run)
    run = []
  }
  for (const [place, entry] of entries.entries()) {
    const next = entries.slice(place + 1).find(({ what }) => what !== 'sent-again')
    const goesOn =
      entry.what === 'attempt'
        ? next?.what === 'attempt' && sameEnd(entry.attempt, next.attempt)
        : entry.what === 'sent-again' && run.length > 0
    if (goesOn) run.push(entry)
    else {
      tell()
      told.push(entry)
    }
  }
  return told
}

const attemptEntry = <A extends Attempt>(attempt: A) => ({
  what: 'attempt' as const,
  at: attempt.startedAt,
  attempt,
})

const sameEnd = (one: Attempt, other: Attempt): boolean =>
  one.outcome === other.outcome &&
  one.cause === other.cause &&
  one.phase === other.phase &&
  one.serverName === other.serverName &&
  one.replyText === other.replyText

function ending<A extends Attempt>(mail: Told<A>): StoryEntry<A>[] {
  const { state, cause, sentAt, expiresAt, deliveryAttempts, events, link } = mail
  if (state === 'sending' || waiting.includes(state)) return []
  const entry = { what: 'ended' as const, at: null, by: null, newerMailId: null }
  const arrived = events.findLast(({ what }) => what === 'arrived')
  // The attempt that was accepted says so itself.
  if (state === 'sent' && deliveryAttempts.at(-1)?.outcome === 'accepted') return []
  if (state === 'sent') return [{ ...entry, at: sentAt, by: arrived?.by ?? null }]
  if (state === 'failed') {
    const last = deliveryAttempts.at(-1)?.endedAt ?? null
    return [{ ...entry, at: cause === 'expired' && (!last || last < expiresAt) ? expiresAt : last }]
  }
  if ((cause === 'replaced' || cause === 'withdrawn') && link?.end)
    return [{ ...entry, at: link.end.at, newerMailId: link.newerMailId }]
  const cancelled = cause === 'by-administrator' && events.findLast(({ what }) => what === 'cancelled')
  return [cancelled ? { ...entry, at: cancelled.at, by: cancelled.by } : entry]
}

/** What became of the link, unless the end of the mail says it already. */
function fate<A extends Attempt>({ state, cause, link }: Told<A>): StoryEntry<A>[] {
  if (!link) return []
  const { openedAt, openedFrom, end, newerMailId } = link
  const told =
    (state === 'failed' && cause === 'expired' && end?.how === 'expired') ||
    (state === 'cancelled' && (cause === 'replaced' || cause === 'withdrawn'))
  return [
    ...(openedAt ? [{ what: 'opened' as const, at: openedAt, from: openedFrom }] : []),
    ...(!end || told
      ? []
      : [
          end.how === 'replaced' ? { what: end.how, at: end.at, newerMailId } : { what: end.how, at: end.at },
        ]),
  ]
}
