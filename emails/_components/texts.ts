import { createTranslator } from 'next-intl'
import { defaultLocale, type Locale, locales, messagesFor, region } from '@/lib/i18n/locales'
import { readZonedMoment } from '@/lib/time-zone'
import en from '@/messages/en.json'
import { oneLine } from './one-line'
import { unlinked } from './unlinked'

/** The words of one mail in one language: `t('activation.subject')`, `t.moment('2025-11-24T14:05:00Z[Europe/Berlin]')`. */
export type MailTexts = {
  (key: string, values?: Record<string, string>): string
  locale: Locale
  /** A moment (RFC 9557) as "Monday 24 November, 15:05 CET": true wherever it is read, and whenever. */
  moment: (zoned: string) => string
  /** A span (`P3D`, `PT65H`) as "3 days", "65 hours". */
  span: (iso: string) => string
  /** A name for where there is little room. */
  shortened: (name: string) => string
  /** A name of which no mail program makes a link. */
  unlinked: (name: string) => string
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
  const momentParts = t('moment', { date: '{date}', time: '{time}', zone: '{zone}' }).split(
    /\{(date|time|zone)\}/,
  )
  const formats = new Map<string, Record<string, (at: Date) => string>>()
  const formatsIn = (timeZone: string) => {
    const known = formats.get(timeZone) ?? formatsOf(locale, timeZone)
    formats.set(timeZone, known)
    return known
  }
  // In a mail a moment stands twice, and many mails of an hour name the same one.
  let last = { zoned: '', text: '' }
  const moment = (zoned: string) => {
    if (last.zoned !== zoned) {
      const { date, timeZone } = readZonedMoment(zoned)
      const format = formatsIn(timeZone)
      last = { zoned, text: momentParts.map(part => format[part]?.(date) ?? part).join('') }
    }
    return last.text
  }
  return Object.assign(t, { locale, moment, span: spanIn(locale), shortened, unlinked })
}

// A mail with a hole in it is worse than one that is not sent yet: the outbox tries again.
function fail(error: Error): never {
  throw error
}

function formatsOf(locale: Locale, timeZone: string): Record<string, (at: Date) => string> {
  const day = new Intl.DateTimeFormat(region(locale), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone,
  })
  const clock = new Intl.DateTimeFormat(region(locale), {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  })
  const part = (at: Date, ...wanted: string[]) =>
    clock
      .formatToParts(at)
      .filter(({ type }) => wanted.includes(type))
      .map(({ value }) => value)
  return {
    date: at => oneLine(day.format(at)),
    time: at => oneLine(part(at, 'hour', 'minute').join(':')),
    zone: at => oneLine(part(at, 'timeZoneName').join('')),
  }
}

const units: Record<string, string> = { D: 'day', H: 'hour', M: 'minute' }

function spanIn(locale: Locale) {
  return (iso: string): string => {
    const [, number, unit = ''] = /^PT?(\d+)([DHM])$/.exec(iso) ?? []
    if (!number) throw new Error('The span of a mail is not one of ISO 8601.')
    const words = new Intl.NumberFormat(locale, { style: 'unit', unit: units[unit], unitDisplay: 'long' })
    return oneLine(words.format(Number(number)))
  }
}

function shortened(name: string): string {
  return name.length > 60 ? `${Array.from(name).slice(0, 59).join('')}…` : name
}

function tidied(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]))
}
