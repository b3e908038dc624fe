// The words for what is refused, where no page says them: at the machine, and at the start.
import { createTranslator } from 'next-intl'
import { messagesFor } from '@/lib/i18n/locales'

/** In English, as all that is said there; the code itself where there are no words for it. */
export async function sentenceOf(code: string, values?: Record<string, string | number>): Promise<string> {
  const t = createTranslator({ locale: 'en', messages: await messagesFor('en') }) as unknown as Texts
  const key = ['refusals', 'invalid', 'mailServerInvalid']
    .map(namespace => `${namespace}.${code}`)
    .find(known => t.has(known))
  return key ? t(key, values) : code
}

type Texts = { has(key: string): boolean } & ((
  key: string,
  values?: Record<string, string | number>,
) => string)
