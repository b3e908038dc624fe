/** The languages of the interface and the mails. A further one is a file in `messages/` and a word here. */
export const locales = ['en', 'de'] as const

export type Locale = (typeof locales)[number]

/** Where numbers and dates of a language are written as we write them: in English, the day before the month. */
export const region = (locale: string): string => (locale === 'en' ? 'en-GB' : locale)

export const defaultLocale: Locale = 'en'

/** All texts of a language. */
export async function messagesFor(locale: Locale) {
  return (await import(`../../messages/${locale}.json`)).default as Record<string, unknown>
}

/**
 * The first language that an Accept-Language header asks for and we have (RFC 9110 §12.5.4).
 * @param otherwise where it asks for none of them
 */
export function acceptedLocale(header: string | null | undefined, otherwise = defaultLocale): Locale {
  const wanted = (header ?? '')
    .split(',')
    .map(entry => {
      const [tag = '', quality = 'q=1'] = entry.trim().split(';')
      return {
        language: tag.split('-')[0]?.toLowerCase(),
        quality: Number(quality.replace(/\s*q=/, '')) || 0,
      }
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ language }) => language)
  return wanted.map(tag => locales.find(locale => locale === tag)).find(Boolean) ?? otherwise
}
