import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions } from '@/app/auth'

type Context = { params: Promise<{ nextauth: string[] }> }

/** next-auth's own routes. The options are made per request, because they need the keyring. */
const handle = (request: NextRequest, context: Context) => NextAuth(authOptions())(request, context)

export { handle as GET, handle as POST }
