import { madeOnce } from '@/lib/made-once'

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** What no `Intl` says: that something has happened a moment ago, in a sentence as in a table. */
const justNow: Record<string, string> = { en: 'just now', de: 'gerade eben' }

/**
 * How far `date` is from `now`, in the largest unit that is full, never rounded up: 59 minutes stay
 * minutes. Less than a minute ago is "just now", less than a minute ahead "now".
 */
export function relativeTime(date: Date, now: Date, locale: string): string {
  const words = wordsOf(locale)
  const seconds = Math.trunc((date.getTime() - now.getTime()) / 1000)
  const step = steps.find(([, size]) => Math.abs(seconds) >= size)
  if (!step && seconds <= 0) return justNow[locale] ?? words.format(0, 'second')
  return step ? words.format(Math.trunc(seconds / step[1]), step[0]) : words.format(0, 'second')
}

const wordsOf = madeOnce((locale: string) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }))
