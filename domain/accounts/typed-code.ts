import { z } from 'zod'
import { recordCounted } from '@/domain/audit/audit'
import { linkByCode } from '@/domain/links/link-code'
import { landingPath } from '@/domain/links/link-token'
import { db, transaction } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { admitLinkCode, succeeded } from './attempts'
import { emailField, emailKey } from './email-address'
import { userSubject } from './user'

/** What is typed in place of opening a link. */
export const TypedCode = z.object({
  email: emailField,
  code: z.string().trim().min(1, 'code-required').max(40, 'code-wrong'),
})

/**
 * The landing page of the link that a code stands beside. An unknown address and a wrong code give the same answer
 * after the same work; whoever has the right one learns no more than whoever has the link.
 * @returns its path @throws Refusal code-wrong; too-many-attempts with `minutes` to wait
 */
export async function linkOfCode(email: string, code: string, address: string): Promise<string> {
  const key = emailKey(email)
  const user = await db().user.findUnique({ where: { emailKey: key } })
  const refused = (action: 'link-code.wrong' | 'link-code.limited') =>
    transaction(tx => recordCounted(tx, { id: null, email: key, address }, action, user && userSubject(user)))
  const counted = await admitLinkCode(key, address).catch(async error => {
    if (error instanceof Refusal) await refused('link-code.limited')
    throw error
  })
  const link = await linkByCode(db(), user?.id ?? null, code)
  if (!link) {
    await refused('link-code.wrong')
    throw new Refusal('code-wrong', { field: 'code' })
  }
  await transaction(tx => succeeded(tx, counted))
  return landingPath(link.purpose, link.token)
}
