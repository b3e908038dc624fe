// A host as people paste it: with scheme, port, brackets, spaces; taken apart, or refused.
import net from 'node:net'
import { domainToASCII, domainToUnicode } from 'node:url'
import { addressIn } from '@/lib/addresses'

export type HostRefusal = 'host-required' | 'host-invalid' | 'host-lookalike' | 'host-is-address'
export type PastedHost = { host: string; port: number | null; encryption: 'implicit-tls' | null }

/**
 * Takes `smtp://mail.example.org:587/`, `mail.example.org:587`, `[::1]:25` or a bare name apart. A mail
 * address, white space inside, a name that is no DNS name, and names that mix letters of several scripts
 * (which can imitate another name, UTS 39 §5) are refused with a code.
 */
export function readHost(text: string): PastedHost | HostRefusal {
  const trimmed = text.trim()
  if (trimmed === '') return 'host-required'
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)
  const rest = trimmed.slice(scheme?.[0].length ?? 0).replace(/[/?#].*$/s, '')
  // A login in front, as in smtp://anna@host, is not ours to keep; without a scheme it is a mail address.
  const bare = scheme ? rest.slice(rest.lastIndexOf('@') + 1) : rest
  if (bare.includes('@')) return 'host-is-address'
  const literal = /^\[([^\]]*)\](?::(\d+))?$/.exec(bare)
  const parts = literal ?? (net.isIPv6(bare) ? [bare, bare] : /^(.*?)(?::(\d+))?$/s.exec(bare))
  const [, name = '', port] = parts ?? []
  const host = readName(name, literal !== null)
  if (host === null) return name === '' ? 'host-required' : 'host-invalid'
  if (mixesScripts(name)) return 'host-lookalike'
  return {
    host,
    port: port === undefined ? null : Number(port),
    encryption: /^(smtps|ssl|tls)$/i.test(scheme?.[1] ?? '') ? 'implicit-tls' : null,
  }
}

function readName(name: string, literal: boolean): string | null {
  // One spelling of each; a zone (`fe80::1%eth0`) belongs to it.
  if (net.isIP(name)) return name.includes('%') ? name : (addressIn(name) ?? name)
  if (literal) return null
  const ascii = domainToASCII(name.replace(/\.$/, ''))
  // "1.2.3" and "0x7f.1" are numbers to domainToASCII, which completes them to an address nobody meant.
  if (ascii === '' || ascii.length > 253 || net.isIP(ascii)) return null
  const labels = ascii.split('.')
  if (!labels.every(label => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))) return null
  // Kept readable; the dialogue uses the ASCII form. Full-width letters and invisible characters are gone.
  return domainToUnicode(ascii)
}

function mixesScripts(name: string) {
  return name.split(/[.。．｡]/).some(label => {
    const scripts = [/\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u]
    const mixed = scripts.filter(script => script.test(label)).length > 1
    // A label in Cyrillic or Greek whose letters all look Latin, under a Latin top level.
    const disguised = /[^0-9-]/.test(label) && /^[асеорхуіјѕԁһԛԝνοαρ0-9-]+$/u.test(label)
    return mixed || disguised
  })
}

/** The name as it goes into DNS, SNI and certificates: without brackets, international names in ASCII. */
export function asciiHost(host: string) {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return net.isIP(bare) ? bare : domainToASCII(bare)
}
