import { isAddress } from '@/lib/email-address'

/**
 * A name of which no mail program makes a link: whoever is called "pay.example.org" must not have it clicked.
 * Behind its dots stands a sign that nobody sees (U+2060). An address stays what it is.
 */
export const unlinked = (name: string): string =>
  name.includes('.') && !isAddress(name) ? name.replace(/\.(?=[^\s.])/gu, '.\u2060') : name
