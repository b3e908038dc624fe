// An SPF record with all that it includes: what a receiver may have to look up, and who may send by it.
import type { Dns } from '@/lib/dns'
import { filledIn, isSpf, readTerm, termsOf } from './spf-record'

export type SpfTree = {
  /** Terms that cost a lookup, at worst; more than ten is an error (RFC 7208 §4.6.4). */
  lookups: number
  /** All names included, at any depth, in lower case. */
  includes: string[]
  /** An included name that has no usable SPF record, which breaks the whole (§5.2). */
  broken: string | null
  /** The qualifier of the `all` that decides in the end; null if there is none, `unseen` where a macro leads to it. */
  all: string | null
  /** Whom some term lets send is only known to a receiver, who fills in its macros for each mail (§7). */
  open: boolean
}

/** @throws NoAnswer */
export async function spfTree(dns: Dns, record: string, path: readonly string[]): Promise<SpfTree> {
  const terms = termsOf(record).flatMap(text => readTerm(text) ?? [])
  const hasAll = terms.some(({ name }) => name === 'all')
  // Beside `all`, a redirect is ignored (§6.1).
  const costly = terms.filter(
    ({ name }) => ['include', 'a', 'mx', 'ptr', 'exists'].includes(name) || (name === 'redirect' && !hasAll),
  )
  const below = await Promise.all(
    costly
      .filter(({ name }) => name === 'include' || name === 'redirect')
      .map(async ({ name, value }) => ({ name, ...(await branch(dns, value, path)) })),
  )
  const redirected = below.find(({ name }) => name === 'redirect')
  return {
    lookups: costly.length + below.reduce((sum, { lookups }) => sum + lookups, 0),
    includes: below.flatMap(({ target, includes }) => [target, ...includes]),
    broken: below.find(({ broken }) => broken)?.broken ?? null,
    all: terms.find(({ name }) => name === 'all')?.qualifier ?? redirected?.all ?? null,
    open:
      below.some(({ open }) => open) ||
      costly.some(({ value }) => filledIn(value, path.at(-1) ?? '', path[0] ?? '') === null),
  }
}

async function branch(
  dns: Dns,
  value: string,
  path: readonly string[],
): Promise<SpfTree & { target: string }> {
  const filled = filledIn(value, path.at(-1) ?? '', path[0] ?? '')
  const target = (filled ?? value).toLowerCase().replace(/\.$/, '')
  const leaf = { target, lookups: 0, includes: [], broken: null, all: null, open: false }
  if (filled === null) return { ...leaf, all: 'unseen', open: true }
  const records = path.includes(target) || path.length > 10 ? [] : (await dns.txt(target)).filter(isSpf)
  const [record] = records
  if (record === undefined || records.length > 1) return { ...leaf, broken: target }
  if (termsOf(record).some(term => readTerm(term) === null)) return { ...leaf, broken: target }
  return { target, ...(await spfTree(dns, record, [...path, target])) }
}
