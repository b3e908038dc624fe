// DKIM (RFC 6376): does somebody sign, and does DNS hold the key to check it with?

import type { Dns } from '@/lib/dns'
import { dkimName, dkimRecord, lookUpKey, type PublicKey } from './dkim-record'
import { type Finding, finding } from './finding'
import type { Provider } from './providers'

type Key = PublicKey & { activatedAt: Date | null }
type Subject = { dns: Dns; domain: string; keys: readonly Key[]; provider: Provider | null }

/**
 * Judges our own keys if there are any: those that sign, or those that wait to. Without keys, what can be
 * seen of the provider's.
 * @throws NoAnswer
 */
export async function checkDkim({ dns, domain, keys, provider }: Subject): Promise<Finding> {
  const active = keys.filter(({ activatedAt }) => activatedAt)
  if (keys.length === 0)
    return provider ? ofProvider(dns, domain, provider) : finding('dkim', 'missing', 'dkim-none')
  const judged = active.length > 0 ? active : keys
  const seen = await Promise.all(judged.map(async key => ({ key, ...(await lookUpKey(dns, key)) })))
  const worst = order.find(state => seen.some(one => one.state === state))
  const found = seen.flatMap(one => one.found)
  if (!worst)
    return active.length > 0
      ? finding('dkim', 'found', 'dkim-signing', { found, values: { algorithms: words(active) } })
      : finding('dkim', 'missing', 'dkim-not-active', { found })
  return finding('dkim', worst === 'missing' ? 'missing' : 'wrong', `dkim-${worst}`, {
    values: { name: dkimName(seen.find(({ state }) => state === worst)!.key) },
    found,
    publish: seen.filter(({ state }) => state !== 'matches').map(({ key }) => dkimRecord(key)),
  })
}

/** The worst first: a wrong key makes receivers see a forged mail, a missing one only an unsigned one. */
const order = ['differs', 'malformed', 'missing'] as const

const words = (keys: readonly Key[]) =>
  keys.map(({ algorithm }) => (algorithm === 'rsa-sha256' ? 'RSA' : 'Ed25519')).join(', ')

async function ofProvider(dns: Dns, domain: string, { name, selectors = [] }: Provider): Promise<Finding> {
  const values = { sender: name, selectors: selectors.join(', ') }
  const records = await Promise.all(selectors.map(selector => dns.txt(dkimName({ domain, selector }))))
  const found = records.flat().filter(record => /(^|;)\s*p\s*=\s*\S/i.test(record))
  if (found.length > 0) return finding('dkim', 'found', 'dkim-provider', { values, found })
  // Its selector may differ for this customer, so that none seen is not the same as none there.
  return finding('dkim', 'unknown', selectors.length > 0 ? 'dkim-provider-unseen' : 'dkim-provider-own', {
    values,
  })
}
