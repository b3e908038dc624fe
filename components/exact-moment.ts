import { region } from '@/lib/i18n/locales'

/** A moment in the words of a language and a zone: "24 November 2025 at 15:05 CET". The same wherever it stands. */
export const exactMoment = (date: Date, locale: string, timeZone: string): string =>
  new Intl.DateTimeFormat(region(locale), {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  }).format(date)
