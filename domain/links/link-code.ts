// The short form of a link, for people whose mail is on another device, or whose links somebody rewrites.
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Tx } from '@/lib/db'
import { keyring } from '@/lib/keyring'
import { type Purpose, tokenOf } from './link-token'

/** Crockford's base 32: what looks like another sign is not in it. */
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The links of these have a code beside them. */
const coded: Purpose[] = ['activation', 'password-reset']

/** So many of a person's links are looked at, the newest first: an older one is as good as unknown. */
const lookedAt = 8

/**
 * The code that stands beside a link: 40 bits of the hash of its token, as eight signs with a hyphen. Like the
 * token it can be worked out from nothing that the database holds.
 */
export function codeOf(token: string): string {
  const hash = createHash('sha256').update(`latchkey/link-code ${token}`).digest()
  const bits = hash.readUIntBE(0, 5)
  const eight = Array.from({ length: 8 }, (_, at) => signs[Math.floor(bits / 32 ** (7 - at)) % 32])
  return `${eight.slice(0, 4).join('')}-${eight.slice(4).join('')}`
}

/** What somebody has typed as the code it can be: without spaces, in capitals, and O is 0, I and L are 1. */
const tidyCode = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')

/**
 * The link of a person that a code belongs to, alive or not: its page says which. As much is worked out for a
 * person who does not exist, and whether the first or the last of the codes is the right one.
 * @param code as it was typed
 */
export async function linkByCode(
  tx: Tx,
  userId: string | null,
  code: string,
): Promise<{ purpose: Purpose; token: string } | null> {
  const rows = await tx.linkToken.findMany({
    where: { userId: userId ?? randomUUID(), purpose: { in: coded }, keyId: { in: keyring().ids } },
    orderBy: { createdAt: 'desc' },
    take: lookedAt,
  })
  const typed = Buffer.from(tidyCode(code))
  let found: { purpose: Purpose; token: string } | null = null
  for (let at = 0; at < lookedAt; at++) {
    const row = rows[at]
    const token = row ? tokenOf(row) : keyring().linkToken(keyring().newestId, randomUUID())
    const right = Buffer.from(tidyCode(codeOf(token)))
    if (typed.length === right.length && timingSafeEqual(typed, right) && row && !found)
      found = { purpose: row.purpose as Purpose, token }
  }
  return found
}
