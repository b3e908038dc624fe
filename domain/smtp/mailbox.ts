// A mailbox as a person writes it: `Name <a@b>` or `a@b`.
import addressparser from 'nodemailer/lib/addressparser'
import { readAddress } from '@/lib/email-address'

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
  if (!text.includes('<')) {
    const alone = readAddress(text)
    return alone === null ? null : { name: '', address: alone }
  }
  const address = parsed.length === 1 && mailbox ? readAddress(mailbox.address) : null
  return mailbox && address !== null ? { name: mailbox.name, address } : null
}

/** The mailbox as text that `readMailbox` and a mail composer read back as the same mailbox. */
export function writeMailbox({ name, address }: Mailbox): string {
  if (name === '') return address
  const plain = !/[()<>[\]:;@\\,."]/.test(name)
  return plain ? `${name} <${address}>` : `"${name.replace(/[\\"]/g, '\\$&')}" <${address}>`
}
