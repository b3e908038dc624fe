// Domains of addresses, as the settings have them.
import { z } from 'zod'
import { asciiDomain } from '@/lib/email-address'

export const disposablePolicies = ['accepted', 'refused'] as const
export type DisposablePolicy = (typeof disposablePolicies)[number]

const most = 500

/** Domains as somebody types them, one a line or with commas between; in the end one a line, in ASCII, each once. */
export const domainsField = z.string().transform((text, context) => {
  const typed = text.split(/[\s,;]+/).filter(Boolean)
  const domains = typed.map(one => asciiDomain(one.replace(/^(\*\.|@)/, '')))
  if (domains.includes(null)) context.addIssue({ code: 'custom', message: 'domain-invalid' })
  else if (domains.length > most) context.addIssue({ code: 'custom', message: 'domains-many' })
  else return [...new Set(domains)].join('\n')
  return z.NEVER
})

/** What `domainsField` has read, as a set. */
export const domainsOf = (lines: string): Set<string> => new Set(lines.split('\n').filter(Boolean))

/** Whether a domain of an address, or one above it, is among some: `a.b.example` is within `b.example`. */
export function isWithin(domain: string, domains: Set<string>): boolean {
  const labels = domain.split('.')
  return labels.some((_, at) => domains.has(labels.slice(at).join('.')))
}
