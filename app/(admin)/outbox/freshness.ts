import { isUndecided } from '@/domain/outbox/states'
import type { OutboundMail } from '@/generated/prisma/client'

/** How often a page with these mails is worth reading anew, in milliseconds; undefined when nothing will change. */
export function freshness(mails: Pick<OutboundMail, 'state' | 'dueAt' | 'expiresAt'>[]): number | undefined {
  const waiting = mails.filter(
    mail =>
      ['queued', 'sending', 'deferred', 'uncertain'].includes(mail.state) &&
      // Whoever is to decide reads it in peace.
      !isUndecided(mail),
  )
  if (waiting.length === 0) return undefined
  const underWay = waiting.some(({ state }) => state === 'queued' || state === 'sending')
  return underWay ? 1_000 : 5_000
}
