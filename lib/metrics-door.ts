// Who may read /metrics: it names servers and tells how much mail there is, which is nobody's business outside.
import { createHash, timingSafeEqual } from 'node:crypto'
import { isLoopback } from './addresses'
import type { Env } from './env'

/** What our own server knows of a request, whatever the client claims. */
export type Asker = {
  address: string
  /** Nobody has passed the request on. */
  direct: boolean
  /** The Authorization header */
  authorization: string | null
}

/**
 * With the token from anywhere, without it from this machine only. Where HTTPS stands in front and the
 * proxy that does it is not named in TRUSTED_PROXIES, everybody may look like this machine: then only the token counts.
 */
export function mayReadMetrics({ address, direct, authorization }: Asker, env: Env): boolean {
  if (env.metricsToken && authorization && same(authorization, `Bearer ${env.metricsToken}`)) return true
  const proxyUnknown = env.appUrl.startsWith('https:') && env.trustedProxies.length === 0
  return direct && !proxyUnknown && isLoopback(address)
}

/** In the same time, however much of it is right. */
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

const digest = (text: string) => createHash('sha256').update(text).digest()
