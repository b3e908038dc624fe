'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { changeUsers } from '@/domain/accounts/many-users'
import { chosenUser } from './many-users-form-id'

const ManyUsers = z
  .looseObject({ deed: z.enum(['resend', 'disable', 'enable', 'delete']) })
  .transform(({ deed, ...fields }) => ({
    deed,
    ids: Object.keys(fields).flatMap(name =>
      name.startsWith(chosenUser) ? [name.slice(chosenUser.length)] : [],
    ),
  }))

/** Whom something was not done to, and why */
export type NotDone = { reason: string; emails: string[] }[]

/** Does the same to all users that were chosen in the list. */
export const changeManyUsersAction = viewerAction<typeof ManyUsers, NotDone>(
  ManyUsers,
  async (viewer, { deed, ids }) => {
    const { done, refused } = await changeUsers(viewer, ids, deed)
    const t = await getTranslations('users.many')
    const reasons = await getTranslations('refusals')
    return {
      status: done > 0 ? 'done' : 'refused',
      message: t(`done.${deed}`, { count: done }),
      data: refused.map(({ code, emails }) => ({
        reason: reasons.has(code) ? reasons(code) : reasons('other'),
        emails,
      })),
    }
  },
  { confirm: ({ deed }) => deed === 'delete' },
)
