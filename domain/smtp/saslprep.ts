// Names and passwords as SASL PLAIN wants them (RFC 4616 §2): prepared by SASLprep (RFC 4013), so that what was
// pasted from a web page is what was meant.

/** RFC 3454, table C.1.2: spaces other than that of ASCII. U+200B is one too, but is mapped to nothing. */
const spaces = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** RFC 3454, table B.1: what is commonly mapped to nothing. */
const nothing = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200d]|\u2060|[\ufe00-\ufe0f]|\ufeff/g

/** RFC 4013 §2.3: control, private, unassigned and other characters that no password may hold. */
const prohibited = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\u2028\u2029\u2ff0-\u2ffb\ufffd]/u

/** Prepared; what SASLprep forbids is left as it was typed, for the server to judge. */
export function prepared(text: string): string {
  const mapped = text.replace(spaces, ' ').replace(nothing, '').normalize('NFKC')
  return prohibited.test(mapped) ? text : mapped
}
