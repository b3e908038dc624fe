// At which domains people may have their addresses. What is asked of an address holds from when it is given: who has
// one that would be refused now keeps it.
import type { Tx } from '@/lib/db'
import { asciiDomain } from '@/lib/email-address'
import { Refusal } from '@/lib/refusal'
import { disposableDomains } from './disposable-domains'
import { domainsOf, isWithin } from './email-domains'
import { installationIn } from './installation'

/** Tells of an address why no account may have it: domain-not-allowed, domain-blocked or domain-disposable. */
export type EmailDomainRules = (address: string, field?: string) => Refusal | null

/** What is asked of the domain of an address at this moment, read once for any number of addresses. */
export async function emailDomainRules(tx: Tx): Promise<EmailDomainRules> {
  const { allowedDomains, blockedDomains, disposable } = await installationIn(tx)
  const [allowed, blocked] = [domainsOf(allowedDomains), domainsOf(blockedDomains)]
  const disposables = disposable === 'refused' ? await disposableDomains(tx) : new Set<string>()
  const problem = (domain: string) => {
    if (isWithin(domain, blocked)) return 'domain-blocked'
    // What is named one by one is meant.
    if (allowed.size > 0) return isWithin(domain, allowed) ? null : 'domain-not-allowed'
    return isWithin(domain, disposables) ? 'domain-disposable' : null
  }
  return (address, field = 'email') => {
    const domain = address.slice(address.lastIndexOf('@') + 1)
    const code = problem(asciiDomain(domain) ?? domain)
    return code && new Refusal(code, { field, values: { domain } })
  }
}

/** @throws Refusal domain-not-allowed, domain-blocked, domain-disposable */
export async function requireEmailDomain(tx: Tx, address: string, field?: string): Promise<void> {
  const refusal = (await emailDomainRules(tx))(address, field)
  if (refusal) throw refusal
}
