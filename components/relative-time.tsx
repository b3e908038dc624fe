import { relativeTime } from './relative-time-words'

type Props = {
  date: Date
  /** The moment the page is made, handed in so that a whole page agrees on it. */
  now: Date
  locale: string
  timeZone?: string
}

/** "3 minutes ago", with the exact time on hover and for machines. */
export function RelativeTime({ date, now, locale, timeZone = 'UTC' }: Props) {
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'long', timeZone })
  return (
    <time dateTime={date.toISOString()} title={exact.format(date)} className="whitespace-nowrap">
      {relativeTime(date, now, locale)}
    </time>
  )
}
