import { getLocale, getTranslations } from 'next-intl/server'
import { relativeTime } from '@/components/relative-time-words'
import type { ServerState } from '@/domain/mail-server/server-state'
import { now } from '@/lib/clock'
import { causeInWords } from './outbox/cause'

/** Since when a server does not send, why, and when it is tried again; null while it sends. */
export async function serverTrouble(server: ServerState): Promise<string | null> {
  const { state, since, pausedBy, cause, nextProbe } = server
  if (state === 'sending' || !since) return null
  const t = await getTranslations('outbox.senders')
  const at = now()
  const locale = await getLocale()
  if (state === 'paused')
    return t('pausedSince', { since: relativeTime(since, at, locale), by: pausedBy ?? 'none' })
  const due = !nextProbe || nextProbe.getTime() - at.getTime() < 60_000
  return t('brokenSince', {
    since: relativeTime(since, at, locale),
    cause: (await causeInWords(cause)) ?? 'none',
    probe: due ? 'now' : relativeTime(nextProbe, at, locale),
  })
}
