import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { env } from './lib/env'
import { landingPages } from './lib/landing-pages'

/** Security headers for every page: a fresh nonce each time, so no script runs that we did not send. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  const nonce = randomBytes(16).toString('base64')
  const https = env().appUrl.startsWith('https:')
  const development = process.env.NODE_ENV === 'development'
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

  const headers = new Headers(request.headers)
  headers.set('content-security-policy', policy)
  headers.set('x-nonce', nonce)
  headers.set('x-path', pathname + search)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('Content-Security-Policy', policy)
  response.headers.set('X-Frame-Options', 'DENY')
  response.headers.set('X-Content-Type-Options', 'nosniff')
  response.headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  response.headers.set('Permissions-Policy', 'camera=(), geolocation=(), microphone=()')
  // The address of a landing page is a secret: it goes to no other server, not even as a referrer to ours.
  response.headers.set('Referrer-Policy', landingPages.test(pathname) ? 'no-referrer' : 'same-origin')
  response.headers.set('Cache-Control', 'no-store')
  if (https) response.headers.set('Strict-Transport-Security', 'max-age=31536000')
  return response
}

export const config = { matcher: ['/((?!_next/static|_next/image|icon.svg|inbox/[^/]+/html).*)'] }
