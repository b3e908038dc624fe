// One change to many users, each on its own: what one is refused does not keep it from the others.
import { requireAdministrator, type Viewer, visibleTenant } from '@/domain/viewer'
import { db } from '@/lib/db'
import { Refusal } from '@/lib/refusal'
import { resendActivation } from './activation'
import { pageSize } from './user-list'
import { deleteUser, disableUser, enableUser } from './users'

export const deeds = {
  resend: resendActivation,
  disable: disableUser,
  enable: enableUser,
  delete: deleteUser,
} satisfies Record<string, (viewer: Viewer, userId: string) => Promise<unknown>>

export type Deed = keyof typeof deeds

/** Users for whom the answer was the same no. */
type Refused = { code: string; emails: string[] }

/**
 * Does the same to all of some users, at most those of one page.
 * @returns how many it was done to, and to whom not and why @throws Refusal not-allowed, nobody-chosen
 */
export async function changeUsers(
  viewer: Viewer,
  ids: string[],
  deed: Deed,
): Promise<{ done: number; refused: Refused[] }> {
  requireAdministrator(viewer)
  // Somebody else's are as if they were not there.
  const users = await db().user.findMany({
    where: { id: { in: ids.slice(0, pageSize) }, ...visibleTenant(viewer) },
    select: { id: true, email: true },
    orderBy: { emailKey: 'asc' },
  })
  if (users.length === 0) throw new Refusal('nobody-chosen')
  const refused = new Map<string, string[]>()
  for (const { id, email } of users) {
    try {
      await deeds[deed](viewer, id)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.set(error.code, [...(refused.get(error.code) ?? []), email])
    }
  }
  const all = [...refused].map(([code, emails]) => ({ code, emails }))
  return { done: users.length - all.reduce((sum, { emails }) => sum + emails.length, 0), refused: all }
}
