import { getFormatter } from 'next-intl/server'

/** A moment in words that are true wherever the reader is: "24 November 2025 at 14:05 UTC". */
export async function moment(date: Date): Promise<string> {
  const format = await getFormatter()
  return format.dateTime(date, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZoneName: 'short',
  })
}
