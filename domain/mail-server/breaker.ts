// The circuit breaker of a mail server: while it is open no mail goes there, and a probe now and then finds
// out whether it works again. It stands in the database, so that all workers and the next ones know.

import type { Cause } from '@/domain/smtp/causes'
import { refusalsOfUs } from '@/domain/smtp/concern'
import type { Outcome } from '@/domain/smtp/outcome'
import { tellWebhooks } from '@/domain/webhooks/events'
import type { MailServer } from '@/generated/prisma/client'
import { db, sqlNow, type Tx, transaction } from '@/lib/db'
import { storableText } from '@/lib/storable-text'

type Failed = Exclude<Outcome, { result: 'accepted' }>

/** What the server will say again until somebody changes the settings, and what may lock the account. */
const refusedLogins: Cause[] = [
  'auth-rejected',
  'auth-required',
  'auth-mechanism',
  'app-password-required',
  'basic-auth-disabled',
  'oauth-token-rejected',
  'oauth-grant-expired',
]

/** Whether a breaker opened because the credentials were refused: that waits for an administrator. */
export const loginRefused = (cause: string | null): boolean => refusedLogins.includes(cause as Cause)

/** Whether it opened because of who we are: that waits for an administrator too, but no account gets locked meanwhile. */
export const mailRefused = (cause: string | null): boolean => refusalsOfUs.includes(cause as Cause)

/** Whether a failed attempt says that the server takes no mail now, and not only not this one. */
export const isServerTrouble = ({ concerns, result }: Failed): boolean =>
  result === 'failed' && concerns === 'server'

/** Seconds until the first probe, and the longest there are between two. */
function probeTimes(cause: Cause): { first: number; most: number } {
  if (loginRefused(cause)) return { first: 15 * 60, most: 4 * 3600 }
  if (cause === 'rate-limited') return { first: 30, most: 15 * 60 }
  if (mailRefused(cause)) return { first: 5, most: 5 * 60 }
  // It is not asked at once again: what a mail costs there that is not answered, no probe can tell.
  if (cause === 'outcome-uncertain') return { first: 60, most: 15 * 60 }
  return { first: 1, most: 60 }
}

/**
 * Milliseconds to the next probe, after `probes` that failed. Doubles, and is spread by a quarter both
 * ways so that several workers and servers do not knock together.
 */
export function probeDelay(cause: Cause, probes: number, random: () => number = Math.random): number {
  const { first, most } = probeTimes(cause)
  return Math.round(Math.min(most, first * 2 ** Math.min(probes, 20)) * 1000 * (0.75 + random() / 2))
}

/**
 * Opens the breaker of a server, or leaves it open until the next probe. Does nothing if the version that
 * failed is no longer in force: what was saved meanwhile deserves its own trial.
 */
export async function openBreaker(
  { id, breakerProbes }: Pick<MailServer, 'id' | 'breakerProbes'>,
  versionId: string,
  { cause, reply }: Pick<Failed, 'cause' | 'reply'>,
): Promise<void> {
  const words =
    reply && storableText([reply.code, reply.enhanced, reply.text].filter(Boolean).join(' ').slice(0, 500))
  await transaction(async tx => {
    const [server] = await tx.$queryRaw<Changed[]>`
      UPDATE "MailServer" SET "breakerOpenedAt" = coalesce("breakerOpenedAt", now()), "breakerCause" = ${cause},
        "breakerReply" = ${words}, "breakerProbes" = "breakerProbes" + 1,
        "breakerProbeAt" = now() + ${probeDelay(cause, breakerProbes)}::float * interval '1 millisecond'
      WHERE id = ${id}::uuid
        AND EXISTS (SELECT 1 FROM "MailServerVersion" WHERE id = ${versionId}::uuid AND state = 'active')
      RETURNING name, "tenantId", "breakerProbes" AS probes`
    // The first time since it last took a mail: what goes up and down is told once.
    if (server?.probes === 1)
      await tell(tx, 'mail_server.troubled', id, server, { cause, reply: words ?? null })
  })
}

type Changed = { name: string; tenantId: string | null; probes: number }

const tell = (
  tx: Tx,
  type: 'mail_server.troubled' | 'mail_server.recovered',
  id: string,
  { name, tenantId }: Changed,
  more: { cause?: string; reply?: string | null } = {},
) => tellWebhooks(tx, type, [{ tenantId, data: { id, name, tenantId, ...more } }])

/** Closes it after a probe that went well. @param trusted a mail was accepted, so its next trouble is a first one */
export const closeBreaker = (id: string, trusted: boolean): Promise<boolean> =>
  transaction(async tx => {
    const [server] = await tx.$queryRaw<Changed[]>`
      UPDATE "MailServer" server SET "breakerOpenedAt" = NULL, "breakerCause" = NULL, "breakerReply" = NULL,
        "breakerProbeAt" = NULL, "breakerProbes" = CASE WHEN ${trusted} THEN 0 ELSE server."breakerProbes" END
      FROM (SELECT id, "breakerProbes" AS probes FROM "MailServer" WHERE id = ${id}::uuid FOR UPDATE) before
      WHERE server.id = before.id
        AND (server."breakerOpenedAt" IS NOT NULL OR (${trusted} AND server."breakerProbes" > 0))
      RETURNING server.name, server."tenantId", before.probes`
    if (server && trusted && server.probes > 0) await tell(tx, 'mail_server.recovered', id, server)
    return server !== undefined
  })

/** A clean slate, for settings that were just saved and for an administrator who says "try now". */
export const closedBreaker = {
  breakerOpenedAt: null,
  breakerCause: null,
  breakerReply: null,
  breakerProbeAt: null,
  breakerProbes: 0,
} satisfies Partial<MailServer>

/** Takes the probe that is due, for one worker: the others find it taken for a minute. */
export async function takeProbe(id: string): Promise<boolean> {
  const count = await db().$executeRaw`
    UPDATE "MailServer" SET "breakerProbeAt" = ${sqlNow()} + interval '1 minute'
    WHERE id = ${id}::uuid AND "breakerOpenedAt" IS NOT NULL AND "breakerProbeAt" <= ${sqlNow()}`
  return count > 0
}
