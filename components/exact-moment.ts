import { region } from '@/lib/i18n/locales'
import { madeOnce } from '@/lib/made-once'

/** A moment in the words of a language and a zone: "24 November 2025 at 15:05 CET". The same wherever it stands. */
export const exactMoment = (date: Date, locale: string, timeZone: string): string =>
  formatOf(locale, timeZone).format(date)

const formatOf = madeOnce(
  (locale: string, timeZone: string) =>
    new Intl.DateTimeFormat(region(locale), {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZone,
      timeZoneName: 'short',
    }),
)
