import { notReadyBecause } from '@/lib/readiness'

/** Ready: the database is there and migrated. Else 503 with what is not. */
export async function GET() {
  const reason = await notReadyBecause()
  return reason
    ? Response.json({ ready: false, reason }, { status: 503, headers: { 'Retry-After': '2' } })
    : Response.json({ ready: true })
}
export const dynamic = 'force-dynamic'
