'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { activationLink, resendActivation } from '@/domain/accounts/activation'
import { sendResetLink } from '@/domain/accounts/password-reset'
import { deleteUser, disableUser, enableUser, readUser } from '@/domain/accounts/users'
import type { Viewer } from '@/domain/viewer'

const UserChange = z.object({
  userId: z.guid(),
  what: z.enum(['resend', 'copy-link', 'send-reset', 'disable', 'enable']),
})

/** What an administrator does to an account. A link that was asked for comes back to be copied. */
export const changeUserAction = viewerAction<typeof UserChange, { link: string }>(
  UserChange,
  async (viewer, { userId, what }) => {
    if (what === 'copy-link') return { data: { link: await activationLink(viewer, userId) } }
    const asked = await changes[what](viewer, userId)
    const { email } = await readUser(viewer, userId)
    return { message: (await getTranslations('users.done'))(asked === 'merged' ? 'merged' : what, { email }) }
  },
)

const changes: Record<
  Exclude<z.infer<typeof UserChange>['what'], 'copy-link'>,
  (viewer: Viewer, userId: string) => Promise<unknown>
> = {
  resend: resendActivation,
  'send-reset': sendResetLink,
  disable: disableUser,
  enable: enableUser,
}

export const deleteUserAction = viewerAction(
  z.object({ userId: z.guid() }),
  async (viewer, { userId }) => {
    await deleteUser(viewer, userId)
    redirect('/users?notice=deleted')
  },
  { confirm: () => true },
)
