/**
 * A text as PostgreSQL takes it, which has no place for U+0000 and for half of a surrogate pair. For words
 * of others: what answers on a port need not speak SMTP, nor send text at all.
 */
export const storableText = (text: string): string => Buffer.from(text.replaceAll('\0', '·')).toString()
