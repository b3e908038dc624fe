import type { OutboundMail } from '@/generated/prisma/client'

/** How often a page with these mails is worth reading anew, in milliseconds; undefined when nothing will change. */
export function freshness(mails: Pick<OutboundMail, 'state'>[]): number | undefined {
  const waiting = mails.filter(({ state }) => ['queued', 'sending', 'deferred', 'uncertain'].includes(state))
  if (waiting.length === 0) return undefined
  const underWay = waiting.some(({ state }) => state === 'queued' || state === 'sending')
  return underWay ? 1_000 : 5_000
}
