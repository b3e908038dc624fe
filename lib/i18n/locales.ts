/** The languages of the interface and the mails. A further one is a file in `messages/` and a word here. */
export const locales = ['en', 'de'] as const

export type Locale = (typeof locales)[number]

export const defaultLocale: Locale = 'en'

/** All texts of a language. */
export async function messagesFor(locale: Locale) {
  return (await import(`../../messages/${locale}.json`)).default as Record<string, unknown>
}
