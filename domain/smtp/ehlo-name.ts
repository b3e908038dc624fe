// The name that a client says in EHLO (RFC 5321 §4.1.1.1).
import net from 'node:net'
import os from 'node:os'
import { asciiHost } from './host'
import type { MailServerSettings } from './settings'

/** The name we introduce ourselves with; an address literal where this machine has no full name (RFC 5321 §4.1.4). */
export function ehloName({ ehloName }: MailServerSettings) {
  if (ehloName) return net.isIP(ehloName) ? ehloName : asciiHost(ehloName) || '[127.0.0.1]'
  const own = asciiHost(os.hostname())
  return own.includes('.') ? own : '[127.0.0.1]'
}
