import { createTranslator } from 'next-intl'
import { defaultLocale, type Locale, locales, messagesFor } from '@/lib/i18n/locales'
import en from '@/messages/en.json'
import { oneLine } from './one-line'

/** The words of one mail in one language: `t('activation.subject')`, `t.moment('2025-11-24T14:05:00Z')`. */
export type MailTexts = {
  (key: string, values?: Record<string, string>): string
  locale: Locale
  /** A moment as "24 November, 14:05 UTC": true wherever it is read, and whenever. */
  moment: (iso: string) => string
  /** A name for where there is little room. */
  shortened: (name: string) => string
}

/** The texts of a recipient's language: `de-AT` reads German, a language without a catalogue English. */
export async function mailTexts(wanted: string): Promise<MailTexts> {
  const language = wanted.toLowerCase().split(/[-_]/)[0]
  const locale = locales.find(known => known === language) ?? defaultLocale
  const known = textsByLocale.get(locale) ?? textsFrom(locale, await messagesFor(locale))
  textsByLocale.set(locale, known)
  return known
}

// A translator parses each text once and remembers it.
const textsByLocale = new Map<Locale, MailTexts>()

/** What `email dev` previews the mails with. */
export const previewTexts = textsFrom('en', en)

function textsFrom(locale: Locale, messages: Record<string, unknown>): MailTexts {
  // The catalogue is typed loosely here; a test holds that every key exists in every language.
  const translate = createTranslator({ locale, messages, namespace: 'emails', onError: fail }) as unknown as (
    key: string,
    values?: Record<string, string>,
  ) => string
  const t = (key: string, values: Record<string, string> = {}) => translate(key, tidied(values))
  const momentParts = t('moment', { date: '{date}', time: '{time}' }).split(/\{(date|time)\}/)
  const formats = dateAndTime(locale)
  // In a mail a moment stands twice, and many mails of an hour name the same one.
  let last = { iso: '', text: '' }
  const moment = (iso: string) => {
    if (last.iso !== iso) {
      const at = new Date(iso)
      last = { iso, text: momentParts.map(part => formats[part]?.(at) ?? part).join('') }
    }
    return last.text
  }
  return Object.assign(t, { locale, moment, shortened })
}

// A mail with a hole in it is worse than one that is not sent yet: the outbox tries again.
function fail(error: Error): never {
  throw error
}

function dateAndTime(locale: Locale): Record<string, (at: Date) => string> {
  // "24 November" is read the same everywhere; the American order is not.
  const region = locale === 'en' ? 'en-GB' : locale
  const utc = { timeZone: 'UTC' } as const
  const day = new Intl.DateTimeFormat(region, { day: 'numeric', month: 'long', ...utc })
  const clock = new Intl.DateTimeFormat(region, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...utc,
  })
  return { date: at => oneLine(day.format(at)), time: at => oneLine(clock.format(at)) }
}

function shortened(name: string): string {
  return name.length > 60 ? `${Array.from(name).slice(0, 59).join('')}…` : name
}

function tidied(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]))
}
