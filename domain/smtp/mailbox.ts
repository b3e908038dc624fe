// A mailbox as a person writes it: `Name <a@b>` or `a@b`.
import { domainToASCII } from 'node:url'
import addressparser from 'nodemailer/lib/addressparser'

export type Mailbox = { name: string; address: string }

/**
 * Reads exactly one mailbox; null if the text is none, or several. A display name may hold quotes, commas,
 * umlauts and emoji: an unquoted comma would make two mailboxes (RFC 5322 §3.4), so that a name in front of
 * one single address is taken as the person meant it.
 */
export function readMailbox(text: string): Mailbox | null {
  const meant = /^([^<>"@]*[,;:()][^<>"@]*)<([^<>]+)>$/.exec(text.trim())
  const parsed = meant
    ? [{ name: meant[1]?.trim() ?? '', address: meant[2]?.trim() ?? '' }]
    : addressparser(text, { flatten: true })
  const [mailbox] = parsed
  // Without brackets the whole text is the address: "a b@c.org" is a slip and not a name in front of it.
  if (!text.includes('<') && mailbox?.address !== text.trim()) return null
  if (parsed.length !== 1 || !mailbox || !isAddress(mailbox.address)) return null
  return { name: mailbox.name, address: mailbox.address }
}

/** The mailbox as text that `readMailbox` and a mail composer read back as the same mailbox. */
export function writeMailbox({ name, address }: Mailbox): string {
  if (name === '') return address
  const plain = !/[()<>[\]:;@\\,."]/.test(name)
  return plain ? `${name} <${address}>` : `"${name.replace(/[\\"]/g, '\\$&')}" <${address}>`
}

/** One address with a domain that can exist; lengths as RFC 5321 §4.5.3.1 limits them. */
export function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const domain = domainToASCII(address.slice(at + 1))
  return (
    at > 0 &&
    Buffer.byteLength(local) <= 64 &&
    address.length <= 254 &&
    !/[\s<>()[\]\\,;:"@\p{Cc}]/u.test(local) &&
    !/^\.|\.$|\.\./.test(local) &&
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(domain)
  )
}
