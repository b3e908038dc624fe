// Makes a value fit for its place in a mail, the way rendering it there does.

type Escape = (value: string) => string

const asItIs: Escape = value => value

/** In a text part: white space as `toPlainText` has it, where it is HTML's and comes to one blank. */
const folded: Escape = value =>
  /[\t\r\n\f\u200b]| {2}/.test(value) ? value.replace(/[ \t\r\n\f\u200b]+/g, ' ') : value

/**
 * In an HTML document, behind what stands before: in its text, or as the whole of a link.
 * @throws Error if it is no such place, where to escape would not be enough
 */
export function escapeBehind(before: string): EscapeName {
  const tag = before.slice(before.lastIndexOf('<'))
  if (/^<a\s[^>]*href="$/.test(tag)) return 'link'
  if (!tag.includes('>') || /^<(?:style|script|!)/i.test(tag))
    throw new Error('A parameter of a mail can stand in text or be a link, and nowhere else.')
  return 'escaped'
}

/** As React escapes text and attributes. */
const escaped: Escape = value =>
  /["&'<>]/.test(value) ? value.replace(/["&'<>]/g, sign => entities[sign]!) : value

const entities: Record<string, string> = {
  '"': '&quot;',
  '&': '&amp;',
  "'": '&#x27;',
  '<': '&lt;',
  '>': '&gt;',
}

const link: Escape = value => {
  if (!/^https?:\/\/\S+$/i.test(value)) throw new Error('The link of a mail is not the address of a page.')
  return escaped(value)
}

/** By name, so that a compiled mail can be stored. */
export const escapes = { asItIs, folded, escaped, link }
export type EscapeName = keyof typeof escapes
