import { getLocale } from 'next-intl/server'

/** A moment in words that are true wherever the reader is: "24 November 2025 at 14:05 UTC". */
export async function moment(date: Date): Promise<string> {
  const locale = await getLocale()
  // The day before the month, as in the mails.
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(date)
}
