import { addressIn, isIn } from '@/lib/addresses'

/**
 * Who is asking: from the right, since each proxy adds the address it saw, and only what a trusted one added is
 * true. An entry that cannot be read ends the walk; what stands further left was not seen by anybody we know.
 * @param peer at the other end of the connection
 * @param forwarded the X-Forwarded-For header
 */
export function clientAddress(peer: string, forwarded: string, trusted: string[]): string {
  const entries = forwarded.split(',')
  let client = addressIn(peer) ?? peer
  while (isIn(trusted, client)) {
    const next = addressIn(entries.pop() ?? '')
    if (!next) break
    client = next
  }
  return client
}
