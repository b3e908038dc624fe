import { readMetrics } from '@/domain/mail-log/metrics'
import { database } from '@/lib/db'
import { env } from '@/lib/env'
import { mayReadMetrics } from '@/lib/metrics-door'
import { contentType, prometheusText } from '@/lib/prometheus'

/** The state of the outbox for Prometheus. Whoever may not read it finds nothing here. */
export async function GET({ headers }: Request) {
  const allowed = mayReadMetrics(
    {
      address: headers.get('x-client-address') ?? '',
      direct: headers.get('x-client-direct') === 'yes',
      authorization: headers.get('authorization'),
    },
    env(),
  )
  if (!allowed) return new Response('Not found\n', { status: 404 })
  if (!database()) return new Response('The database is not open.\n', { status: 503 })
  return new Response(prometheusText(await readMetrics()), { headers: { 'Content-Type': contentType } })
}
export const dynamic = 'force-dynamic'
