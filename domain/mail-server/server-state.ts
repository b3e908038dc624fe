import type { MailServer } from '@/generated/prisma/client'

/** Whether mail goes through a server, and if not, since when and why. */
export type ServerState = {
  /** `broken`: mails cannot be handed to it, and it is only probed now and then */
  state: 'sending' | 'paused' | 'broken'
  since: Date | null
  pausedBy: string | null
  cause: string | null
  nextProbe: Date | null
}

type Known = Pick<MailServer, 'pausedAt' | 'pausedBy' | 'breakerOpenedAt' | 'breakerCause' | 'breakerProbeAt'>

/** A pause goes before a breaker: while nobody may use the server, nobody tries whether it works. */
export function stateOf(server: Known): ServerState {
  const { pausedAt, pausedBy, breakerOpenedAt, breakerCause, breakerProbeAt } = server
  if (pausedAt) return { state: 'paused', since: pausedAt, pausedBy, cause: null, nextProbe: null }
  if (!breakerOpenedAt) return { state: 'sending', since: null, pausedBy: null, cause: null, nextProbe: null }
  return {
    state: 'broken',
    since: breakerOpenedAt,
    pausedBy: null,
    cause: breakerCause,
    nextProbe: breakerProbeAt,
  }
}
