// The mail server as the rest of the world sees it.
import net from 'node:net'
import { domainToASCII } from 'node:url'
import { type Dns, isPublic } from '@/lib/dns'

export type Server = {
  /** In ASCII: a name, or an address. */
  host: string
  /** Those that the world can see: a private address says nothing of the one a receiver meets. */
  addresses: string[]
  /** Every address is private, or the host is this machine. */
  hidden: boolean
}

/** @throws NoAnswer */
export async function readServer(dns: Dns, typed: string): Promise<Server> {
  const host = net.isIP(typed) ? typed : domainToASCII(typed)
  const local = host === 'localhost' || host.endsWith('.localhost')
  const all = net.isIP(host) ? [host] : local ? ['127.0.0.1'] : await dns.addresses(host)
  const addresses = all.filter(isPublic)
  return { host, addresses, hidden: all.length > 0 && addresses.length === 0 }
}
