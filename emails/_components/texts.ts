import { createTranslator } from 'next-intl'
import { defaultLocale, type Locale, locales, messagesFor } from '@/lib/i18n/locales'
import en from '@/messages/en.json'

/** The words of one mail in one language: `t('activation.subject')`, `t.moment('2025-11-24T14:05:00Z')`. */
export type MailTexts = {
  (key: string, values?: Record<string, string>): string
  locale: Locale
  /** A moment as "24 November, 14:05 UTC": true wherever it is read, and whenever. */
  moment: (iso: string) => string
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
  return Object.assign(t, {
    locale,
    moment: (iso: string) =>
      t('moment', { date: format(iso, locale, day), time: format(iso, locale, clock) }),
  })
}

// A mail with a hole in it is worse than one that is not sent yet: the outbox tries again.
function fail(error: Error): never {
  throw error
}

const day = { day: 'numeric', month: 'long' } as const
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

function format(iso: string, locale: Locale, parts: Intl.DateTimeFormatOptions): string {
  // "24 November" is read the same everywhere; the American order is not.
  const region = locale === 'en' ? 'en-GB' : locale
  return new Intl.DateTimeFormat(region, { ...parts, timeZone: 'UTC' }).format(new Date(iso))
}

const tidied = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]))

// Names are other people's input. Line breaks would forge lines and headers, bidirectional controls turn
// the sentence around them; a name that is itself written from right to left is isolated from it.
function oneLine(value: string): string {
  const line = value
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '')
    .trim()
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(line) ? `\u2068${line}\u2069` : line
}
