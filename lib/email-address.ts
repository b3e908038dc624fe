// What an email address is, for every door: forms, commands, mail servers, the envelope of a mail.
import { isIP } from 'node:net'
import { domainToASCII, domainToUnicode } from 'node:url'

/**
 * Reads an address as people type and paste it. What clings to it is taken off: spaces and invisible characters
 * around it, `mailto:`, angle brackets, a sign behind it. Letters are composed (NFC), and the domain is readable
 * (`bücher.example`, not its punycode).
 * @returns null for what is no address, several, one with a name in front, or one with invisible characters in it
 */
export function readAddress(text: string): string | null {
  const bare = bared(text.normalize('NFC'))
  const at = bare.lastIndexOf('@')
  const local = bare.slice(0, at)
  const typed = bare.slice(at + 1)
  const domain = asciiDomain(typed)
  if (at < 1 || domain === null || invisible.test(bare)) return null
  if (Buffer.byteLength(local) > 64 || Buffer.byteLength(local) + 1 + domain.length > 254) return null
  if (!/^[^\s<>()[\]\\,;:"@\p{Cc}\p{Cs}\p{Pi}\p{Pf}]+$/u.test(local) || /^\.|\.$|\.\./.test(local))
    return null
  const plain = typed.toLowerCase() === domain && !domain.includes('xn--')
  return `${local}@${plain ? typed : domainToUnicode(domain)}`
}

/** Whether a text is an address as it stands, or would be with its letters composed. */
export const isAddress = (text: string): boolean => {
  const read = readAddress(text)
  return read !== null && bared(text.normalize('NFC')) === text.normalize('NFC')
}

/**
 * What makes two addresses the same one: letter case never does, nor how letters are composed, joined or spaced
 * (NFKC: `ﬁ`, `ｐ`), nor how the domain is written. Of what is no address something that no address is, to be looked for in vain.
 */
export function addressKey(text: string): string {
  const address = readAddress(text)
  if (address === null)
    return text.trim().normalize('NFC').toLowerCase().replace(unstorable, '\ufffd').slice(0, 320)
  const at = address.lastIndexOf('@')
  // There and back: several small letters may have one capital.
  const local = address
    .slice(0, at)
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC')
  return `${local}@${domainToASCII(address.slice(at + 1))}`
}

/** What PostgreSQL has no place for, and what no address has. */
const unstorable = /[\p{Cc}\p{Cs}]/gu

/** Format characters, fillers and blanks: whoever reads the address does not see them. */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u
const around = String.raw`\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800`
const before = new RegExp(`^[${around}<]+`, 'u')
const behind = new RegExp(`[${around}>.,;:!?]+$`, 'u')

function bared(text: string): string {
  const address = text.replace(before, '').replace(behind, '')
  const link = /^mailto:(\/\/)?/i.exec(address)
  if (!link) return address
  return bared(decoded(address.slice(link[0].length).replace(/\?.*$/s, '')))
}

/** What a link says (RFC 6068 §2); nothing where it cannot be read. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text).normalize('NFC')
  } catch {
    return ''
  }
}

/** A domain in ASCII and lower case; null for what is none. A number is completed by no one to an IP address. */
export function asciiDomain(typed: string): string | null {
  // What is no letter in a domain would be read as a part of an address in the web.
  if (/[^-.\w\P{ASCII}]|[\p{Pi}\p{Pf}\p{Ps}\p{Pe}]/u.test(typed)) return null
  const domain = domainToASCII(typed)
  const labels = domain.split('.')
  const fine = labels.every(label => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
  return fine && !isIP(domain) ? domain : null
}
