// MX (RFC 5321 §5.1): can answers and bounces come back to the domain?
import net from 'node:net'
import type { Dns } from '@/lib/dns'
import { type Finding, finding } from './finding'
import type { Provider } from './providers'
import type { Server } from './server'

type Subject = { dns: Dns; domain: string; server: Server | null; provider: Provider | null }

/** @throws NoAnswer */
export async function checkMx({ dns, domain, server, provider }: Subject): Promise<Finding> {
  const records = [...(await dns.mx(domain))].sort((one, other) => one.priority - other.priority)
  const found = records.map(({ priority, exchange }) => `${priority} ${exchange || '.'}`)
  // A server of one's own most likely takes mail too; where a provider does, only it can say.
  const here = !provider && server && !net.isIP(server.host) && server.addresses.length > 0
  const publish = here ? [{ name: domain, type: 'MX' as const, value: `10 ${server.host}.` }] : []

  if (records.some(({ exchange }) => exchange === '' || exchange === '.'))
    return finding('mx', 'wrong', 'mx-null', { found, publish })
  if (records.length === 0) {
    const addresses = await dns.addresses(domain)
    if (addresses.length === 0) return finding('mx', 'missing', 'mx-missing', { publish })
    return finding('mx', 'found', 'mx-implicit', { found: addresses })
  }
  const lost = await Promise.all(
    records.map(async ({ exchange }) => ((await dns.addresses(exchange)).length === 0 ? exchange : null)),
  )
  if (lost.every(name => name !== null))
    return finding('mx', 'wrong', 'mx-no-address', { values: { name: lost[0]! }, found, publish })
  return finding('mx', 'found', 'mx-found', { found })
}
