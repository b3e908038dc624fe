// One word for one thing: the catalogues keep to the list in messages/README.md.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Locale, locales, messagesFor } from './locales'

const rows = readFileSync('messages/README.md', 'utf8')
  .split('\n')
  .filter(line => line.startsWith('| '))
  .slice(1)
  .map(line => line.split('|').map(cell => cell.trim()))

const avoided = rows.flatMap(([, , english = '', german = '', not = '']) =>
  not
    .split(',')
    .map(word => word.trim())
    .filter(Boolean)
    // Of two languages what is right in one may be wrong in the other.
    .map(word => ({ word, right: { en: english, de: german } as Record<Locale, string> })),
)

/** All texts of a catalogue with their keys. */
function textsOf(value: unknown, key = ''): [key: string, text: string][] {
  if (typeof value === 'string') return [[key, value]]
  return Object.entries(value as object).flatMap(([name, inner]) =>
    textsOf(inner, key ? `${key}.${name}` : name),
  )
}

/** What people see of a text: not the choices of its ICU syntax, nor host names. */
const seen = (text: string) =>
  text
    .replace(/\{\w+, (?:plural|select),/g, '{')
    .replace(/[\w-]+ \{/g, '{')
    .replace(/\S+\.\S+\.\S+/g, '')

const found = (text: string, word: string): boolean =>
  word.startsWith('“')
    ? text === word.slice(1, -1)
    : new RegExp(`(?<![\\p{L}-])${word}(?![\\p{L}-])`, 'iu').test(seen(text))

test('the list has words to hold to', () => {
  expect(avoided.length).toBeGreaterThan(30)
})

test.each(locales)('%s uses one word for one thing', async locale => {
  const texts = textsOf(await messagesFor(locale))
  const wrong = texts.flatMap(([key, text]) =>
    avoided
      .filter(({ word }) => found(text, word))
      .map(({ word, right }) => `${key}: "${word}", not ${right[locale]}`),
  )
  expect(wrong).toEqual([])
})
