import ipaddr from 'ipaddr.js'

/**
 * Whom an address stands for when attempts are counted: an IPv4 address itself, also in the clothes of IPv6;
 * of IPv6 the /64, which is one connection's (RFC 6177). What is no address stands for itself.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map(part => part.toString(16))
    .join(':')}::/64`
}
