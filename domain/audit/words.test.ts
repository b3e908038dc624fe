// Everything that the audit tells of has words, in each language.
import { expect, test } from 'vitest'
import { type Locale, locales, messagesFor } from '@/lib/i18n/locales'
import { actionGroups, actionsOf } from './actions'

type Texts = { [key: string]: Texts | string }

async function wordsOf(locale: Locale, key: string): Promise<unknown> {
  return ['audit', ...key.split('.')].reduce<Texts | string | undefined>(
    (texts, name) => (typeof texts === 'object' ? texts[name] : undefined),
    (await messagesFor(locale)) as Texts,
  )
}

const actions = actionGroups.flatMap(group => [...actionsOf[group]])

test.each(locales)('every action and every kind of them has words in %s', async locale => {
  for (const action of actions)
    expect([action, await wordsOf(locale, `actions.${action}`)]).toEqual([action, expect.any(String)])
  for (const group of actionGroups)
    expect(await wordsOf(locale, `groups.${group}`)).toEqual(expect.any(String))
})

test('an action stands in one group', () => {
  expect(new Set(actions).size).toBe(actions.length)
})
