// PTR: does each address of the server go by a name that leads back to it? Large receivers refuse others.
import type { Dns } from '@/lib/dns'
import { reverseName } from '@/lib/dns'
import { type Finding, finding, type Reason } from './finding'
import type { Server } from './server'

/** @throws NoAnswer */
export async function checkPtr(dns: Dns, { host, addresses, hidden }: Server): Promise<Finding> {
  if (hidden) return finding('ptr', 'unknown', 'ptr-hidden', { values: { host } })
  if (addresses.length === 0) return finding('ptr', 'missing', 'ptr-no-address', { values: { host } })
  const each = await Promise.all(addresses.map(address => ofAddress(dns, address)))
  const found = each.flatMap(({ address, names }) => names.map(name => `${address} → ${name}`))
  const publish = each
    .filter(({ reason }) => reason !== 'ptr-found')
    // The host leads to the address already, so as its name it is confirmed at once.
    .map(({ address }) => ({
      name: reverseName(address),
      type: 'PTR' as const,
      value: host === address ? '' : `${host}.`,
    }))
    .filter(({ value }) => value !== '')
  const worst = (['ptr-unconfirmed', 'ptr-missing'] as const)
    .map(reason => each.find(one => one.reason === reason))
    .find(one => one !== undefined)
  if (!worst) return finding('ptr', 'found', 'ptr-found', { found })
  const { address, names, reason } = worst
  const values = { address, name: names[0] ?? '' }
  return finding('ptr', names.length > 0 ? 'wrong' : 'missing', reason, { values, found, publish })
}

type Address = { address: string; names: string[]; reason: Extract<Reason, `ptr-${string}`> }

/** Forward-confirmed (FCrDNS, RFC 8601 §3): one of its names has the address. */
async function ofAddress(dns: Dns, address: string): Promise<Address> {
  const names = await dns.names(address)
  const back = await Promise.all(names.map(name => dns.addresses(name)))
  const confirmed = back.flat().some(other => reverseName(other) === reverseName(address))
  return {
    address,
    names,
    reason: confirmed ? 'ptr-found' : names.length > 0 ? 'ptr-unconfirmed' : 'ptr-missing',
  }
}
