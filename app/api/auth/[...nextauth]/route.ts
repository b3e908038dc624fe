import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '@/app/auth'

type Context = { params: Promise<{ nextauth: string[] }> }

/** next-auth's own routes. The options are made per request, because they need the keyring. */
async function handle(request: NextRequest, context: Context): Promise<Response> {
  if (await malformed(request)) return new Response('This is not the JSON it says it is.\n', { status: 400 })
  return NextAuth(authOptions())(request, context)
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
