// An SPF record as text: its terms, what is wrong with them, and how it reads with one more sender.
import net from 'node:net'

/** A TXT record that claims to be SPF, version 1 (RFC 7208 §4.5). */
export const isSpf = (text: string): boolean => /^v=spf1( |$)/i.test(text)

export const termsOf = (record: string): string[] => record.split(/ +/).slice(1).filter(Boolean)

export type Term = { qualifier: string; name: string; value: string }

const mechanisms = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists']

/** A mechanism or modifier in its parts, or null if it is neither (RFC 7208 §12). */
export function readTerm(term: string): Term | null {
  const modifier = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(term)
  if (modifier) {
    const name = modifier[1]!.toLowerCase()
    const value = modifier[2]!
    // Unknown modifiers are for the future and ignored (§6).
    return ['redirect', 'exp'].includes(name) && !isDomainSpec(value) ? null : { qualifier: '', name, value }
  }
  const [, sign, word, rest] = /^([+?~-]?)([a-z0-9]+)((?:[:/].*)?)$/i.exec(term) ?? []
  if (word === undefined || rest === undefined) return null
  const name = word.toLowerCase()
  const value = rest.replace(/^:/, '')
  const valid = mechanisms.includes(name) && fits(name, rest, value)
  return valid ? { qualifier: sign || '+', name, value } : null
}

function fits(name: string, rest: string, value: string): boolean {
  const [, domain = '', bits4 = '', bits6 = ''] =
    /^(.*?)(?:\/(\d{1,2}))?(?:\/\/(\d{1,3}))?$/.exec(value) ?? []
  switch (name) {
    case 'all':
      return rest === ''
    case 'include':
    case 'exists':
      return rest.startsWith(':') && isDomainSpec(value)
    case 'ptr':
      return rest === '' || isDomainSpec(value)
    case 'ip4':
    case 'ip6': {
      const [address = '', bits = '0', ...more] = value.split('/')
      const [is, most] = name === 'ip4' ? [net.isIPv4, 32] : [net.isIPv6, 128]
      return (
        rest.startsWith(':') && is(address) && /^\d{1,3}$/.test(bits) && +bits <= most && more.length === 0
      )
    }
    default:
      return (rest.startsWith(':') ? isDomainSpec(domain) : domain === '') && +bits4 <= 32 && +bits6 <= 128
  }
}

/** A macro (RFC 7208 §7.1): of which letter, shortened and divided how; or one of three written-out characters. */
const macro = /%(?:[%_-]|\{([slodiphcrtv])\d*r?[.\-+,/_=]*\})/gi

/** A name with at least two labels, or with macros in it, which only a receiver can fill in (§7). */
const isDomainSpec = (text: string) =>
  /^[\x21-\x7e]+$/.test(text) &&
  (text.includes('%')
    ? !text.replace(macro, '').includes('%')
    : /^[\w-]+(\.[\w-]+)*\.[a-z][a-z0-9-]*\.?$/i.test(text))

/**
 * A name with the macros filled in that are the same for every mail: the domain that the record stands at, and
 * that of the sender (§7.2). Null if it holds others.
 */
export function filledIn(name: string, at: string, sender: string): string | null {
  const filled = name.replace(/%\{d\}/gi, at).replace(/%\{o\}/gi, sender)
  return filled.includes('%') ? null : filled
}

/**
 * The record to publish: `terms` without what is broken or said twice, with one more mechanism, and an end
 * that refuses others: softly, as some mail may come from where nobody remembers.
 */
export function writeSpf(terms: readonly string[], mechanism: string | null): string {
  const sound = terms.filter((term, at) => readTerm(term) !== null && terms.indexOf(term) === at)
  const names = (name: string) => sound.filter(term => readTerm(term)?.name === name)
  const senders = sound.filter(term => !['all', 'redirect'].includes(readTerm(term)?.name ?? ''))
  // Where there are several, the strictest: nothing that is proposed protects less than what was found.
  const strict = ['-', '~'].flatMap(sign => names('all').filter(term => term.startsWith(sign)))
  const [redirect] = names('redirect')
  const end = strict[0] ?? (names('all').length === 0 && redirect ? redirect : '~all')
  const said = (term: string) => term.toLowerCase() === mechanism?.toLowerCase()
  const added = mechanism && !senders.some(said) ? [mechanism] : []
  return ['v=spf1', ...senders, ...added, end].join(' ')
}
