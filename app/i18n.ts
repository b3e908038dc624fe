import { headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { acceptedLocale, type Locale, locales, messagesFor } from '@/lib/i18n/locales'
import { browserTimeZone, signedInPerson } from './auth'
import { installation } from './installation'

/**
 * The language of a page: the viewer's choice, else the first that the browser asks for and we have, else that of
 * the installation. Its times are
 * those of the browser's zone, or of UTC as long as it has not told one.
 */
export default getRequestConfig(async () => {
  const locale = await chosenLocale()
  return { locale, messages: await messagesFor(locale), timeZone: (await browserTimeZone()) ?? 'UTC' }
})

async function chosenLocale(): Promise<Locale> {
  // A page that says "the database is away" must not need the database.
  const viewer = await signedInPerson().catch(() => null)
  return (
    locales.find(locale => locale === viewer?.locale) ??
    acceptedLocale((await headers()).get('accept-language'), (await installation()).locale)
  )
}
