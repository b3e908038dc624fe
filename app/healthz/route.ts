import { version } from '@/lib/version'

/** Alive: this process answers, and says which version it is. */
export const GET = () =>
  new Response(`ok, Latchkey ${version}\n`, { headers: { 'Content-Type': 'text/plain' } })
export const dynamic = 'force-dynamic'
