import { headers } from 'next/headers'
import { getRequestConfig } from 'next-intl/server'
import { defaultLocale, type Locale, locales, messagesFor } from '@/lib/i18n/locales'
import { currentViewer } from './auth'

/** The language of a page: the viewer's choice, else the first that the browser asks for and we have. */
export default getRequestConfig(async () => {
  const locale = await chosenLocale()
  return { locale, messages: await messagesFor(locale), timeZone: 'UTC' }
})

async function chosenLocale(): Promise<Locale> {
  // A page that says "the database is away" must not need the database.
  const viewer = await currentViewer().catch(() => null)
  const accepted = ((await headers()).get('accept-language') ?? '')
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
  const wanted = [viewer?.locale, ...accepted]
  return wanted.map(tag => locales.find(locale => locale === tag)).find(Boolean) ?? defaultLocale
}
