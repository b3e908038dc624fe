import { createTranslator } from 'next-intl'
import { expect, test } from 'vitest'
import { messagesFor } from './i18n/locales'
import { spanOf } from './span'

test.each([
  [15, '15 minutes', '15 Minuten'],
  [60, 'one hour', 'eine Stunde'],
  [90, '90 minutes', '90 Minuten'],
  [120, '2 hours', '2 Stunden'],
  [150, '2.5 hours', '2,5 Stunden'],
  [24 * 60, '24 hours', '24 Stunden'],
  [48 * 60, '2 days', '2 Tage'],
  [72 * 60 + 30, '72.5 hours', '72,5 Stunden'],
  [720 * 60, '30 days', '30 Tage'],
])('%d minutes are said as %s', async (minutes, english, german) => {
  const said = async (locale: 'en' | 'de') =>
    createTranslator({ locale, messages: await messagesFor(locale), namespace: 'lifetime' })(
      'span' as never,
      spanOf(minutes) as never,
    )
  expect([await said('en'), await said('de')]).toEqual([english, german])
})
