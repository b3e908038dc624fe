import { describe, expect, it } from 'vitest'
import { defaultLocale, locales, messagesFor } from './locales'

type Texts = { [key: string]: string | Texts }

/** Every text by its path, such as `login.notices.signed-out`. */
function flat(texts: Texts, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value]] : Object.entries(flat(value, `${path}${key}.`)),
    ),
  )
}

/** The names in braces that a text is filled with. */
const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)(?:\}|, (?:select|plural|number))/g)].map(([, name]) => name))].sort()

const catalogue = async (locale: (typeof locales)[number]) => flat((await messagesFor(locale)) as Texts)

describe.each(locales.filter(locale => locale !== defaultLocale))('the catalogue %s', locale => {
  it('has every text of the reference language, and no other', async () => {
    const [own, reference] = [await catalogue(locale), await catalogue(defaultLocale)]
    expect(Object.keys(own).sort()).toEqual(Object.keys(reference).sort())
  })

  it('leaves no text empty, and fills in the same values', async () => {
    const [own, reference] = [await catalogue(locale), await catalogue(defaultLocale)]
    const differing = Object.entries(reference).filter(
      ([key, text]) => !own[key] || String(placeholders(own[key])) !== String(placeholders(text)),
    )
    expect(differing).toEqual([])
  })
})
