// What every page says to the browser about its own safety. Here and not in Next's proxy, which for each request
// makes objects and streams that cost as much as rendering a small page.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { landingPages } from '@/lib/landing-pages'

/** Files of the build, whose names say what is in them, and what says for itself what it may do. */
const others =
  /^\/(_next\/(static|image)\/|icon\.svg|apple-icon\.png|favicon\.ico|logo(?![^?])|inbox\/[^/]+\/html)/

/**
 * Sets the security headers of a page, with a fresh nonce each time, so that no script runs that we did not send.
 */
export function sayPageHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  https: boolean,
  development: boolean,
): void {
  const url = request.url ?? ''
  request.headers['x-path'] = url
  // Nobody else may say them.
  delete request.headers['x-nonce']
  delete request.headers['content-security-policy']
  response.setHeader('X-Content-Type-Options', 'nosniff')
  if (https) response.setHeader('Strict-Transport-Security', 'max-age=31536000')
  if (others.test(url)) return
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `connect-src 'self'${development ? ' ws:' : ''}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ')
  // Next reads the one, our own documents the other.
  request.headers['content-security-policy'] = policy
  request.headers['x-nonce'] = nonce
  response.setHeader('Content-Security-Policy', policy)
  response.setHeader('X-Frame-Options', 'DENY')
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
  // The address of a landing page is a secret: it goes to no other server, not even as a referrer to ours.
  response.setHeader('Referrer-Policy', landingPages.test(url) ? 'no-referrer' : 'same-origin')
  response.setHeader('Cache-Control', 'no-store')
}
