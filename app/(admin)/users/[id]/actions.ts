'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { activationLink, resendActivation } from '@/domain/accounts/activation'
import { correctAddress } from '@/domain/accounts/address-correction'
import { emailField } from '@/domain/accounts/email-address'
import { sendResetLink } from '@/domain/accounts/password-reset'
import { deleteUser, disableUser, enableUser, readUser } from '@/domain/accounts/users'
import type { Viewer } from '@/domain/viewer'

const UserChange = z.object({
  userId: z.guid(),
  what: z.enum(['resend', 'resend-from-mail', 'copy-link', 'send-reset', 'disable', 'enable']),
})

/** A link that was asked for, or which mail was: what becomes of that the page itself says, and goes on saying. */
type Asked = { link?: string; mail?: 'activation' | 'password-reset' }

/** What an administrator does to an account. A link that was asked for comes back to be copied. */
export const changeUserAction = viewerAction<typeof UserChange, Asked>(
  UserChange,
  async (viewer, { userId, what }) => {
    if (what === 'copy-link') return { data: { link: await activationLink(viewer, userId) } }
    const asked = await changes[what](viewer, userId)
    if (what === 'resend-from-mail') redirect(`/users/${userId}?notice=resent`)
    const { email } = await readUser(viewer, userId)
    const t = await getTranslations('users.done')
    if (asked === 'merged') return { message: t('merged', { email }) }
    if (what === 'disable' || what === 'enable') return { message: t(what, { email }) }
    return { data: { mail: what === 'resend' ? 'activation' : 'password-reset' } }
  },
)

const changes: Record<
  Exclude<z.infer<typeof UserChange>['what'], 'copy-link'>,
  (viewer: Viewer, userId: string) => Promise<unknown>
> = {
  resend: resendActivation,
  'resend-from-mail': resendActivation,
  'send-reset': sendResetLink,
  disable: disableUser,
  enable: enableUser,
}

const Correction = z.object({ userId: z.guid(), email: emailField, tellAt: z.enum(['user', 'mail']) })

/** Gives a user who waits for a mail the address that it can reach. */
export const correctAddressAction = viewerAction(Correction, async (viewer, { userId, email, tellAt }) => {
  const mailId = await correctAddress(viewer, userId, email)
  redirect(`${tellAt === 'user' ? `/users/${userId}` : `/outbox/${mailId}`}?notice=corrected`)
})

export const deleteUserAction = viewerAction(
  z.object({ userId: z.guid() }),
  async (viewer, { userId }) => {
    await deleteUser(viewer, userId)
    redirect('/users?notice=deleted')
  },
  { confirm: () => true },
)
