// The words for what is refused, where no page says them in the reader's language: to programs, and at the machine.
import { createTranslator } from 'next-intl'
import { messagesFor } from './locales'

/**
 * In English, out of the first of the namespaces of the messages that has words for it; the code itself where none has.
 */
export async function englishFor(
  namespaces: readonly string[],
  code: string,
  values?: Record<string, string | number>,
): Promise<string> {
  const t = createTranslator({ locale: 'en', messages: await messagesFor('en') }) as unknown as Texts
  const key = namespaces.map(namespace => `${namespace}.${code}`).find(known => t.has(known))
  return key ? t(key, values) : code
}

type Texts = { has(key: string): boolean } & ((
  key: string,
  values?: Record<string, string | number>,
) => string)
