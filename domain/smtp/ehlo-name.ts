// The name that a client says in EHLO (RFC 5321 §4.1.1.1): that of this machine, or an address literal.
import net from 'node:net'
import os from 'node:os'
import { isLoopback } from '@/lib/addresses'
import { isAddress } from '@/lib/email-address'
import { env } from '@/lib/env'
import { asciiHost, readHost } from './host'
import type { MailServerSettings } from './settings'

/**
 * Reads a name as people type it; null if it is none. An address becomes a literal (RFC 5321 §4.1.3), with
 * the brackets or without: `[192.0.2.1]`, `[IPv6:2001:db8::1]`. A name loses the dot at its end, which only DNS knows.
 */
export function readEhloName(text: string): string | null {
  const typed = text.trim().replace(/(?<=[^.])\.$/, '')
  const inside = typed.startsWith('[') === typed.endsWith(']') ? typed.replace(/^\[(.*)\]$/, '$1') : ''
  const address = inside.replace(/^ipv6:(?=.*:)/i, '')
  if (net.isIPv4(inside)) return `[${inside}]`
  // A zone (`fe80::1%eth0`) means something on this machine only.
  if (net.isIPv6(address) && !address.includes('%')) return `[IPv6:${address}]`
  const named = readHost(typed)
  if (typeof named === 'string' || named.port !== null || /[[\]/]/.test(typed)) return null
  return isAddress(`a@${named.host}`) ? named.host : null
}

/**
 * The name we introduce ourselves with: that of the settings, else the one that people know us by, else what
 * this machine calls itself, and an address literal where none of them is a full name (RFC 5321 §4.1.4).
 */
export function ehloName({ ehloName }: Pick<MailServerSettings, 'ehloName'>): string {
  const own = ehloName && readEhloName(ehloName)
  if (own) return onTheWire(own)
  const { hostname } = new URL(env().appUrl)
  const known = readEhloName(hostname)
  const candidates = [known, readEhloName(os.hostname())].filter(name => name !== null)
  const address = known?.startsWith('[') && !isLoopback(hostname) ? known : '[127.0.0.1]'
  return onTheWire(candidates.find(isFullName) ?? address)
}

const isFullName = (name: string) => /^[^[].*\./.test(name) && !/(^|\.)(localhost|localdomain)$/.test(name)

const onTheWire = (name: string) => (name.startsWith('[') ? name : asciiHost(name))
