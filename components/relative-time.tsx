import { useTimeZone } from 'next-intl'
import { exactMoment } from './exact-moment'
import { relativeTime } from './relative-time-words'

type Props = {
  date: Date
  /** The moment the page is made, handed in so that a whole page agrees on it. */
  now: Date
  locale: string
}

/** "3 minutes ago", with the exact time on hover and for machines. */
export function RelativeTime({ date, now, locale }: Props) {
  const timeZone = useTimeZone() ?? 'UTC'
  return (
    <time
      dateTime={date.toISOString()}
      title={exactMoment(date, locale, timeZone)}
      className="whitespace-nowrap"
    >
      {relativeTime(date, now, locale)}
    </time>
  )
}
