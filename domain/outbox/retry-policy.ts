import type { Cause } from '@/domain/smtp/causes'
import type { Outcome } from '@/domain/smtp/submission'

/** What only time mends: here the server said when to come again, or nearly. */
export const inTheirOwnTime: Cause[] = ['greylisted', 'mailbox-full']

/** Seconds before the second attempt, and the most there ever is between two. */
const first = 5
const greylisted = 60
const most = 15 * 60

/** Milliseconds: towards the end of its time a mail is tried more often than these delays say, but not more than this. */
export const shortestWait = 60_000

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

/**
 * So many copies of a mail go out of which nobody knows whether they arrived; then a person decides. One more
 * than the first for a connection that broke, one for another server or a better day.
 */
export const mostCopies = 3

/** Minutes before the second copy, and before the third. */
const copyMinutes = [10, 60]

/**
 * Milliseconds before the next copy of a mail, after so many of which it is not known whether they arrived; null
 * if no further one goes out by itself. They come late: a server that thought for longer than anybody waits is
 * mostly still at it, and its administrator may know of it by then.
 */
export function copyDelay(copies: number, random: () => number = Math.random): number | null {
  const minutes = copyMinutes[copies - 1]
  return minutes === undefined ? null : Math.round(minutes * 60_000 * (1 + random() / 4))
}

/**
 * Milliseconds that a greylisting server asks for in its own words, and a moment more; null if it names
 * no time. Postgrey says "Greylisted for 300 seconds", milter-greylist "please try again in 00:05:00",
 * others "try again in 5 minutes".
 */
export function greylistDelay(outcome: Outcome): number | null {
  if (outcome.result === 'accepted' || outcome.cause !== 'greylisted') return null
  const text = outcome.reply?.text ?? ''
  const clock = /\b(\d{1,2}):(\d{2}):(\d{2})\b/.exec(text)
  const words = /\b(?:in|for|after|wait)\D{0,20}?(\d{1,5})\s*(s|sec\w*|m|min\w*|h|hour\w*)\b/i.exec(text)
  const seconds = clock
    ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
    : words
      ? Number(words[1]) * (/^h/i.test(words[2] ?? '') ? 3600 : /^m/i.test(words[2] ?? '') ? 60 : 1)
      : null
  if (seconds === null || seconds > 6 * 3600) return null
  return Math.max(seconds, 1) * 1000 + 2_000
}
