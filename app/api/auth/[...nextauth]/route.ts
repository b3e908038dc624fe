import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '@/app/auth'
import { env } from '@/lib/env'

type Context = { params: Promise<{ nextauth: string[] }> }

/**
 * next-auth's own routes. The options are made per request, because they need the keyring. What next-auth would
 * fail at as if it were our fault is refused before.
 */
async function handle(request: NextRequest, context: Context): Promise<Response> {
  const asked = (await context.params).nextauth
  const [action] = asked
  // A browser of next-auth's would write into our log here; ours does not.
  if (action === '_log') return refusal(404, 'Not found.')
  // A password never stands in an address.
  if (action === 'callback' && request.method === 'GET') return refusal(405, 'This is asked with POST.')
  // Both go into an address of ours as they are.
  if (![...asked, ...request.nextUrl.searchParams.getAll('error')].every(isWord))
    return refusal(400, 'This is no name of anything here.')
  if (!returnAddresses(request).every(isWebAddress)) return refusal(400, 'This is no address to return to.')
  if (await malformed(request)) return refusal(400, 'This is not the JSON it says it is.')
  return NextAuth(authOptions())(request, context)
}

const refusal = (status: number, sentence: string) => new Response(`${sentence}\n`, { status })

const isWord = (text: string) => /^[\w-]*$/.test(text)

/** Where to go afterwards, by the address and by the cookie of an earlier answer. */
const returnAddresses = ({ nextUrl, cookies }: NextRequest): string[] => [
  ...nextUrl.searchParams.getAll('callbackUrl'),
  ...cookies.getAll().flatMap(({ name, value }) => (name.endsWith('next-auth.callback-url') ? value : [])),
]

function isWebAddress(text: string): boolean {
  const base = text.startsWith('/') ? env().appUrl : undefined
  return text === '' || (URL.canParse(text, base) && /^https?:$/.test(new URL(text, base).protocol))
}

/** next-auth parses what calls itself JSON, and fails as if it were our fault. */
async function malformed(request: NextRequest): Promise<boolean> {
  if (!request.headers.get('content-type')?.includes('json')) return false
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => null)
  return typeof body !== 'object' || body === null
}

export { handle as GET, handle as POST }
