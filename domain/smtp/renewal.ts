// When a connection that has served other mails is given up, and the mail goes over a new one at once.
import type { Outcome } from './outcome'

/**
 * A server may end a kept connection whenever it likes: by leaving, by 421 (RFC 5321 §3.8), or by taking no
 * further sender, as those do that allow so many mails or minutes for each connection. That says nothing
 * about the server or the mail, of which it has got nothing. To be asked of a connection that was used before: what a
 * new one meets is meant.
 */
export const deservesAnother = (outcome: Outcome): boolean => {
  if (outcome.result !== 'failed') return false
  const { cause, phase, reply } = outcome
  if (reply === null) return cause === 'connection-lost-before-data'
  // Some say 5yz of too many mails.
  return reply.code === 421 || (phase === 'mail-from' && (reply.code < 500 || cause === 'rate-limited'))
}
