import type { Outcome } from '@/domain/mail-server/submission'

/** Seconds before the second attempt, and the most there ever is between two. */
const first = 5
const greylisted = 60
const most = 15 * 60

/**
 * Whether a failure is the mail's own and final (see `Classification.permanent`). What fails before MAIL
 * FROM is the mail server's trouble: once that is mended the mail goes, so it waits.
 */
export const isFinal = (outcome: Outcome): boolean => outcome.result === 'failed' && outcome.permanent

/**
 * Milliseconds to wait after the attempt `number` (1 is the first). Grows fourfold, capped, and spread
 * by a quarter both ways so that mails which failed together do not come back together. A greylisting
 * server wants a minute at least (RFC 6647 §4.1).
 */
export function retryDelay(number: number, cause: string, random: () => number = Math.random): number {
  const start = cause === 'greylisted' ? greylisted : first
  const seconds = Math.min(most, start * 4 ** Math.min(number - 1, 10))
  return Math.round(seconds * 1000 * (0.75 + random() / 2))
}
