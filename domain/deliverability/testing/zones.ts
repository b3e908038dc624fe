// A domain in good order, to be broken in one place for each test.
import type { Records, Zone } from '@/lib/testing/dns-server'

/** A mail server of one's own with an address of each kind; the addresses are public ones by their number. */
export const host = 'mail.example.org'
export const ipv4 = '93.184.215.14'
export const ipv6 = '2606:2800:21f:cb07:6820:80da:af6b:8b2c'
export const reverse4 = '14.215.184.93.in-addr.arpa'
export const reverse6 = 'c.2.b.8.b.6.f.a.a.d.0.8.0.2.8.6.7.0.b.c.f.1.2.0.0.0.8.2.6.0.6.2.ip6.arpa'

export const goodZone: Zone = {
  'example.org': { TXT: ['unrelated', `v=spf1 ip4:${ipv4} ip6:${ipv6} -all`], MX: [[10, host]] },
  [host]: { A: [ipv4], AAAA: [ipv6] },
  '_dmarc.example.org': { TXT: ['v=DMARC1; p=reject'] },
  [reverse4]: { PTR: [host] },
  [reverse6]: { PTR: [host] },
}

/** The good zone with other entries in place of its own; `null` takes one away. */
export function broken(changes: Record<string, Zone[string] | null>): Zone {
  const zone = { ...goodZone, ...changes }
  return Object.fromEntries(Object.entries(zone).filter(([, entry]) => entry !== null)) as Zone
}

/** The good zone with these TXT records at the domain itself. */
export const withSpf = (...TXT: string[]): Zone =>
  broken({ 'example.org': { ...(goodZone['example.org'] as Records), TXT } })

export const withDmarc = (...TXT: string[]): Zone => broken({ '_dmarc.example.org': { TXT } })
