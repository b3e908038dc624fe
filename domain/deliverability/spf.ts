// SPF (RFC 7208): may the mail server send for the domain?
import net from 'node:net'
import { type Dns, NoAnswer } from '@/lib/dns'
import { type Finding, finding, type Reason, txt } from './finding'
import type { Provider } from './providers'
import type { Server } from './server'
import { filledIn, isSpf, readTerm, termsOf, writeSpf } from './spf-record'
import { spfTree } from './spf-tree'

type Subject = { dns: Dns; domain: string; server: Server; provider: Provider | null }

/**
 * Judges the SPF record of the envelope sender's domain, which is that of `Mail from`. What mailauth lets
 * pass (`+all`), or sees only for some senders (too many lookups), is looked at before it is asked.
 * @throws NoAnswer
 */
export async function checkSpf({ dns, domain, server, provider }: Subject): Promise<Finding> {
  const texts = await dns.txt(domain)
  const found = texts.filter(text => isSpf(text))
  const terms = found.flatMap(termsOf)
  // What a macro lets send is not known here, so that nothing is proposed in its place.
  const mechanism = terms.some(term => isOpen(term, domain)) ? null : mechanismFor(server, provider)
  const record = txt(domain, writeSpf(terms, mechanism))
  const says = (result: Finding['result'], reason: Reason, values = {}, publish = [record]) =>
    finding('spf', result, reason, { values, found, publish })

  if (found.length === 0) {
    // "v=spf 1" and the like are as good as none, and worth showing.
    found.push(...texts.filter(text => /^\W*v\s*=\s*spf/i.test(text)))
    return says('missing', mechanism ? 'spf-missing' : 'spf-missing-sender', {}, mechanism ? [record] : [])
  }
  if (found.length > 1) return says('wrong', 'spf-several', { count: found.length })
  const broken = terms.find((term, at) => readTerm(term) === null || isSecondModifier(terms, at))
  if (broken) return says('wrong', 'spf-syntax', { term: broken })

  const tree = await spfTree(dns, found[0]!, [domain])
  if (tree.broken) {
    const rest = terms.filter(term => !leadsTo(term, tree.broken, domain))
    const mended = rest.length < terms.length ? [txt(domain, writeSpf(rest, mechanism))] : []
    return says('wrong', 'spf-include', { name: tree.broken }, mended)
  }
  if (tree.lookups > 10) return says('wrong', 'spf-lookups', { count: tree.lookups }, [])
  if (tree.all === '+') {
    // A redirect may be what lets everybody send.
    const rest = terms.filter(term => readTerm(term)?.name !== 'redirect')
    return says('wrong', 'spf-all', {}, [txt(domain, writeSpf(rest, mechanism))])
  }

  const covered = provider
    ? provider.spf && tree.includes.includes(provider.spf)
    : await allPass(dns, domain, server)
  // Whoever fills in the macros may well let this server send.
  if (tree.open && covered !== true)
    return says('unknown', 'spf-sender-unseen', { sender: provider?.name ?? server.host }, [])
  if (covered === false)
    return says(
      'wrong',
      'spf-not-covered',
      { sender: provider?.name ?? server.host },
      mechanism ? [record] : [],
    )
  if (covered === 'error') return says('wrong', 'spf-error', {}, [])
  if (tree.all === null || tree.all === '?') return says('wrong', 'spf-neutral')
  if (covered === undefined || covered === 'unseen')
    return says('unknown', 'spf-sender-unseen', { sender: provider?.name ?? server.host }, [])
  return says('found', 'spf-found', { sender: provider?.name ?? server.host }, [])
}

/** Whom it lets send is only known to a receiver. An explanation lets nobody send. */
function isOpen(term: string, domain: string): boolean {
  const { name, value } = readTerm(term) ?? { name: '', value: term }
  return name !== 'exp' && filledIn(value, domain, domain) === null
}

/** The terms that a broken name comes from, with its macros filled in. */
function leadsTo(term: string, name: string | null, domain: string): boolean {
  const value = filledIn(readTerm(term)?.value ?? '', domain, domain)
  return value?.toLowerCase().replace(/\.$/, '') === name
}

/** What lets this server send; null where that cannot be seen from here. */
function mechanismFor({ host, hidden }: Server, provider: Provider | null): string | null {
  if (provider) return provider.spf ? `include:${provider.spf}` : null
  if (hidden) return null
  if (net.isIPv4(host)) return `ip4:${host}`
  return net.isIPv6(host) ? `ip6:${host}` : `a:${host}`
}

/** `redirect` and `exp` may each stand once (§6). */
function isSecondModifier(terms: string[], at: number): boolean {
  const name = readTerm(terms[at]!)?.name ?? ''
  return ['redirect', 'exp'].includes(name) && terms.slice(0, at).some(term => readTerm(term)?.name === name)
}

/** Asks mailauth as a receiver would, for each address that the server may send from. */
async function allPass(dns: Dns, domain: string, server: Server): Promise<boolean | 'unseen' | 'error'> {
  if (server.hidden) return 'unseen'
  if (server.addresses.length === 0) return false
  const { spf } = await import('mailauth/lib/spf/index.js')
  const results = await Promise.all(
    server.addresses.map(async ip => {
      const verdict = await spf({
        sender: `postmaster@${domain}`,
        ip,
        helo: server.host,
        resolver: dns.resolve,
      })
      return verdict.status.result
    }),
  )
  if (results.includes('temperror')) throw new NoAnswer(`SPF of ${domain}`)
  if (results.includes('permerror')) return 'error'
  return results.every(result => result === 'pass')
}
