// IP addresses as they stand in settings, sockets and headers, understood once.
import ip from 'ipaddr.js'

type Address = ip.IPv4 | ip.IPv6

/**
 * The address that a text says, in its shortest form; null if it is none. A port, brackets and a zone go
 * (RFC 7239 §6 and what proxies make of it), and IPv4 in the clothes of IPv6 is IPv4 (RFC 4291 §2.5.5.2).
 */
export function addressIn(text: string): string | null {
  const trimmed = text.trim().replace(/^"(.*)"$/, '$1')
  const bare =
    /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed
  return parsed(bare)?.toString() ?? null
}

/** A network such as `10.0.0.0/8`, or a single address. Null if the text says neither. */
export function networkIn(text: string): [Address, number] | null {
  const [first = '', bits, more] = text.split('/')
  const address = parsed(first)
  if (!address || more !== undefined) return null
  const longest = address.kind() === 'ipv4' ? 32 : 128
  if (bits === undefined) return [address, longest]
  // A network of IPv4 in the clothes of IPv6 counts its bits from there.
  const length = Number(bits) - (first.includes(':') && address.kind() === 'ipv4' ? 96 : 0)
  return /^\d{1,3}$/.test(bits) && length >= 0 && length <= longest ? [address, length] : null
}

/** Whether an address lies in one of the networks. What is no address lies in none. */
export function isIn(networks: string[], address: string): boolean {
  const wanted = parsed(address)
  if (!wanted) return false
  return networks.some(text => {
    const network = networkIn(text)
    return network?.[0].kind() === wanted.kind() && wanted.match(network)
  })
}

/** Whether a host name or an address is this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3), however it is written. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return /^(.+\.)?localhost$/.test(name) || parsed(name.replace(/^\[(.*)\]$/, '$1'))?.range() === 'loopback'
}

/** Whether the whole world can see an address: none of loopback, a private network, a link, many at once or a translation. */
export const isGlobal = (address: string): boolean => parsed(address)?.range() === 'unicast'

/**
 * Whom an address stands for when attempts are counted: an IPv4 address itself, also in the clothes of IPv6;
 * of IPv6 the /64, which is one connection's (RFC 6177). What is no address stands for itself.
 */
export function networkOf(text: string): string {
  const address = parsed(text)
  if (!(address instanceof ip.IPv6)) return address?.toString() ?? text
  const prefix = address.parts.slice(0, 4).map(part => part.toString(16))
  return `${prefix.join(':')}::/64`
}

function parsed(text: string): Address | null {
  const address = text.replace(/%.*$/, '')
  // Four numbers, and not what inet_aton makes of one, of hexadecimal or of octal numbers.
  if (!ip.IPv4.isValidFourPartDecimal(address) && !ip.IPv6.isValid(address)) return null
  return ip.process(address)
}
