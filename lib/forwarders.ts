// Who passes requests on without being trusted to: a proxy that TRUSTED_PROXIES does not name. Then everybody has
// its address, and the limits of one meet all.
import { perProcess } from './global'
import { log } from './log'

const hour = 3_600_000
/** Anybody can send such a header: they are noted and logged up to a number. */
const most = 20

const seen = perProcess('forwarders', () => new Map<string, number>())

/** Notes that a peer has sent a forwarded-for header that does not count. */
export function noteUntrustedForwarder(address: string, now = Date.now()): void {
  forget(now)
  if (seen.has(address) || seen.size >= most) return
  seen.set(address, now)
  log.warn(
    { address },
    'forwarded headers come from an address that is not in TRUSTED_PROXIES: they do not count, and everybody behind it is taken for one. If it is your proxy, name it there.',
  )
}

/** The addresses that did so within the last hour. */
export function untrustedForwarders(now = Date.now()): string[] {
  forget(now)
  return [...seen.keys()]
}

function forget(now: number): void {
  for (const [address, at] of seen) if (now - at >= hour) seen.delete(address)
}
