'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { changeUsers } from '@/domain/accounts/many-users'
import { startUserRun } from '@/domain/accounts/user-run'
import { chosenUser } from './many-users-form-id'
import { userView } from './user-address'

const optional = z.string().optional()

const ManyUsers = z
  .looseObject({
    deed: z.enum(['resend', 'disable', 'enable', 'delete']),
    /** To all of the list's view, which the rest tells */
    all: optional,
    q: optional,
    state: optional,
    mail: optional,
    factor: optional,
    tenant: optional,
    customer: optional,
  })
  .transform(({ deed, all, q, state, mail, factor, tenant, customer, ...fields }) => ({
    deed,
    all: all !== undefined,
    address: { q, state, mail, factor, tenant, customer },
    ids: Object.keys(fields).flatMap(name =>
      name.startsWith(chosenUser) ? [name.slice(chosenUser.length)] : [],
    ),
  }))

/** Whom something was not done to, and why */
export type NotDone = { reason: string; emails: string[] }[]

/** Does the same to all users that were chosen in the list. */
export const changeManyUsersAction = viewerAction<typeof ManyUsers, NotDone>(
  ManyUsers,
  async (viewer, { deed, all, address, ids }) => {
    if (all) {
      await startUserRun(viewer, await userView(Promise.resolve(address)), deed)
      // How far it is the page says, and goes on saying.
      return undefined
    }
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
