import { db, isDuplicate } from '@/lib/db'
import { readAddress } from '@/lib/email-address'
import { log } from '@/lib/log'
import { emailKey } from './email-address'

/**
 * Reads addresses again that were stored before it was known how to read them: with brackets, in punycode, with
 * characters that nobody sees. Two accounts that turn out to have one address are left as they are, and told in
 * the log. Done with every start; it looks only at what an old version may have stored. @returns how many changed
 */
export async function tidyEmailKeys(): Promise<number> {
  const users = await db().$queryRaw<{ id: string; email: string; emailKey: string }[]>`
    SELECT id, email, "emailKey" FROM "User"
    WHERE "emailKey" !~ '^[a-z0-9._+-]+@[a-z0-9.-]+$' OR "emailKey" ~ '[.]$' OR "emailKey" <> lower(email)
      OR email ~* '@.*xn--'`
  let changed = 0
  for (const { id, email, emailKey: before } of users) {
    const address = readAddress(email)
    if (address === null || (address === email && emailKey(address) === before)) continue
    try {
      await db().user.update({ where: { id }, data: { email: address, emailKey: emailKey(address) } })
      changed++
    } catch (error) {
      if (!isDuplicate(error)) throw error
      log.warn({ user: id }, 'another account has the same address: delete one of the two')
    }
  }
  return changed
}
