// What the checks of this folder come to: whether mails from a domain arrive, judged from its DNS.

export type Check = 'spf' | 'dkim' | 'dmarc' | 'alignment' | 'mx' | 'ptr'

/** `unknown`: DNS has not answered, or cannot tell. It is never taken for `missing`. */
export type Result = 'found' | 'missing' | 'wrong' | 'unknown'

/** A DNS record as its publisher enters it: the name in full, the value in one piece. */
export type DnsRecord = { name: string; type: 'TXT' | 'MX' | 'PTR'; value: string }

/** All there is to find; `no-answer` may befall each check. */
export const reasons = [
  'no-answer',
  'spf-found',
  'spf-missing',
  'spf-missing-sender',
  'spf-several',
  'spf-syntax',
  'spf-include',
  'spf-lookups',
  'spf-all',
  'spf-not-covered',
  'spf-error',
  'spf-neutral',
  'spf-sender-unseen',
  'dkim-signing',
  'dkim-none',
  'dkim-not-active',
  'dkim-missing',
  'dkim-differs',
  'dkim-malformed',
  'dkim-provider',
  'dkim-provider-unseen',
  'dkim-provider-own',
  'dmarc-found',
  'dmarc-none',
  'dmarc-missing',
  'dmarc-several',
  'dmarc-syntax',
  'dmarc-policy',
  'alignment-both',
  'alignment-spf',
  'alignment-dkim',
  'alignment-strict',
  'alignment-provider',
  'alignment-unseen',
  'alignment-none',
  'mx-found',
  'mx-implicit',
  'mx-missing',
  'mx-null',
  'mx-no-address',
  'ptr-found',
  'ptr-missing',
  'ptr-unconfirmed',
  'ptr-no-address',
  'ptr-hidden',
] as const
export type Reason = (typeof reasons)[number]

export type Finding = {
  check: Check
  result: Result
  /** Why, as a code: `deliverability.reasons.REASON` in the catalogue, filled with `values`. */
  reason: Reason
  values: Record<string, string | number>
  /** The records that DNS holds, as they are. */
  found: string[]
  /** What would put it right; empty where no record does. */
  publish: DnsRecord[]
}

type Details = Partial<Pick<Finding, 'values' | 'found' | 'publish'>>

/** A finding with what is particular about it. */
export const finding = (check: Check, result: Result, reason: Reason, details: Details = {}): Finding => ({
  check,
  result,
  reason,
  values: {},
  found: [],
  publish: [],
  ...details,
})

export const txt = (name: string, value: string): DnsRecord => ({ name, type: 'TXT', value })

/** The tags of a DKIM or DMARC record: `v=DMARC1; p=none` (RFC 6376 §3.2). Names in lower case. */
export const tagsOf = (record: string): Map<string, string> =>
  new Map(
    record
      .split(';')
      .map(tag => /^\s*([A-Za-z][\w-]*)\s*=\s*(.*?)\s*$/s.exec(tag))
      .filter(match => match !== null)
      .map(([, name = '', value = '']) => [name.toLowerCase(), value]),
  )
