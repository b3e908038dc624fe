// DMARC (RFC 7489): what receivers shall do with mail that neither SPF nor DKIM vouches for.
import { getDomain } from 'tldts'
import type { Dns } from '@/lib/dns'
import { type Finding, finding, type Reason, tagsOf, txt } from './finding'

/** The policy in force for a domain; relaxed alignment is the default (§6.3). */
export type DmarcPolicy = {
  policy: string
  strictSpf: boolean
  strictDkim: boolean
  at: string
  record: string
}

/** Where a domain ends that one organisation owns, by the Public Suffix List (§3.2). */
const organisationOf = (domain: string): string => getDomain(domain, { allowPrivateDomains: true }) ?? domain

/** The weakest first. */
const policies = ['none', 'quarantine', 'reject']

/**
 * Looks at the domain, then at the domain of its organisation (§6.6.3). mailauth takes any word for a
 * policy and drops several records in silence, so the verdict is our own.
 * @returns the finding, and the policy if there is one that receivers can follow
 * @throws NoAnswer
 */
export async function checkDmarc(dns: Dns, domain: string): Promise<[Finding, DmarcPolicy | null]> {
  const organisation = organisationOf(domain)
  for (const at of new Set([domain, organisation])) {
    const name = `_dmarc.${at}`
    const texts = await dns.txt(name)
    const found = texts.filter(text => /^v\s*=\s*DMARC1\s*(;|$)/i.test(text))
    const says = (result: Finding['result'], reason: Reason, values = {}, record?: string) =>
      finding('dmarc', result, reason, {
        values,
        found: found.length > 0 ? found : texts,
        publish: record === undefined ? [] : [txt(name, record)],
      })
    if (found.length > 1) {
      const said = found.map(text => tagsOf(text).get('p') ?? '')
      const valid = said.filter(word => policies.includes(word.toLowerCase()))
      const meant = strictest((valid.length > 0 ? valid : said).map(meantBy))
      const sound = found.find(text => tagsOf(text).get('p')?.toLowerCase() === meant)
      const one = sound ?? recordWith(meant, found[0])
      return [says('wrong', 'dmarc-several', { count: found.length }, one), null]
    }
    const garbled = texts.filter(text => /dmarc/i.test(text))
    if (found.length === 0 && garbled.length > 0) {
      const meant = strictest(garbled.map(text => meantBy(/\bp\s*=\s*(\w+)/i.exec(text)?.[1])))
      return [says('wrong', 'dmarc-syntax', {}, recordWith(meant, garbled[0])), null]
    }
    if (found[0] === undefined) continue

    const tags = tagsOf(found[0])
    // A policy for subdomains goes before the general one (§6.3).
    const tag = at !== domain && tags.has('sp') ? 'sp' : 'p'
    const unknown = ['p', tag].find(one => !policies.includes(tags.get(one)?.toLowerCase() ?? ''))
    if (unknown) {
      const values = { tag: unknown, policy: tags.get(unknown) ?? '' }
      // What is in force without the tag: for subdomains the general policy (§6.3).
      const meant = strictest([tags.get(unknown), tags.get(unknown === 'p' ? 'sp' : 'p')].map(meantBy))
      return [says('wrong', 'dmarc-policy', values, withTag(found[0], unknown, meant)), null]
    }
    const policy = {
      policy: tags.get(tag)!.toLowerCase(),
      strictSpf: tags.get('aspf')?.toLowerCase() === 's',
      strictDkim: tags.get('adkim')?.toLowerCase() === 's',
      at: name,
      record: found[0],
    }
    const reason = policy.policy === 'none' ? 'dmarc-none' : 'dmarc-found'
    return [says('found', reason, { policy: policy.policy }), policy]
  }
  const publish = [txt(`_dmarc.${organisation}`, recordWith('none'))]
  return [finding('dmarc', 'missing', 'dmarc-missing', { publish }), null]
}

/** The tags beside version and policy (RFC 7489 §6.3, RFC 9091 §3.2). */
const others = ['sp', 'np', 'adkim', 'aspf', 'fo', 'rf', 'ri', 'rua', 'ruf', 'pct']

/**
 * With `none` it asks nothing of receivers yet, so it can do no harm.
 * @param garbled a record that nobody can follow: what else it says is kept
 */
export function recordWith(policy: string, garbled = ''): string {
  const kept = [...tagsOf(garbled)].filter(([tag]) => others.includes(tag))
  return ['v=DMARC1', `p=${policy}`, ...kept.map(([tag, value]) => `${tag}=${value}`)].join('; ')
}

/** The policy that a word stands for, also where a letter is missing: nothing weaker than what was meant is proposed. */
const meantBy = (word = ''): string =>
  policies.find(policy => policy === word.toLowerCase()) ??
  policies.find(policy => policy !== 'none' && policy.slice(0, 3) === word.slice(0, 3).toLowerCase()) ??
  'none'

const strictest = (words: string[]): string =>
  policies[Math.max(...words.map(word => policies.indexOf(word)))] ?? 'none'

/** The record with one tag set; `p` comes right after the version (§6.3). */
export function withTag(record: string, name: string, value: string): string {
  const parts = record
    .split(';')
    .map(part => part.trim())
    .filter(Boolean)
  const at = parts.findIndex(part => part.split('=')[0]!.trim().toLowerCase() === name)
  if (at >= 0) parts[at] = `${name}=${value}`
  else parts.splice(name === 'p' ? 1 : parts.length, 0, `${name}=${value}`)
  return parts.join('; ')
}
