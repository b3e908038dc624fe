import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { acceptedLocale, defaultLocale, locales, messagesFor } from './locales'

type Texts = { [key: string]: string | Texts }

/** Every text by its path, such as `login.notices.signed-out`. */
function flat(texts: Texts, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value]] : Object.entries(flat(value, `${path}${key}.`)),
    ),
  )
}

/** The names that a text is filled with, whichever of its branches is chosen. */
function placeholders(text: string): string[] {
  const names = (elements: MessageFormatElement[]): string[] =>
    elements.flatMap(element => {
      const own = 'value' in element && element.type !== TYPE.literal ? [element.value] : []
      const inside =
        element.type === TYPE.select || element.type === TYPE.plural
          ? Object.values(element.options).flatMap(option => names(option.value))
          : []
      return [...own, ...inside]
    })
  return [...new Set(names(parse(text, { ignoreTag: true })))].sort()
}

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

it.each([
  ['de-AT, en;q=0.5', 'de'],
  ['fr, en;q=0.5', 'en'],
  ['fr', 'de'],
  ['', 'de'],
])('to whoever asks for %j, where German is the default, pages speak %s', (header, locale) => {
  expect(acceptedLocale(header, 'de')).toBe(locale)
})
