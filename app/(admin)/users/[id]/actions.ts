'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { activationLink, resendActivation } from '@/domain/accounts/activation'
import { correctAddress } from '@/domain/accounts/address-correction'
import { emailField } from '@/domain/accounts/email-address'
import { requestEmailChangeOf } from '@/domain/accounts/email-change'
import { removeFactorsOf } from '@/domain/accounts/factor-change'
import { resetLink, sendResetLink } from '@/domain/accounts/password-reset'
import { changeUser, factsOf } from '@/domain/accounts/user-change'
import { deleteUser, disableUser, enableUser, readUser } from '@/domain/accounts/users'
import type { Viewer } from '@/domain/viewer'
import { openedField } from '@/lib/meanwhile'
import { saveUnlessChanged } from '../../save-unless-changed'
import { handedLink } from '../hand-over-link'
import type { HandedLink } from '../link-to-hand-over'
import { userFields } from '../user-fields'
import { userWords } from '../user-words'

const UserChange = z.object({
  userId: z.guid(),
  what: z.enum([
    'resend',
    'resend-from-mail',
    'copy-link',
    'scan-link',
    'send-reset',
    'copy-reset',
    'scan-reset',
    'disable',
    'enable',
  ]),
})
type What = z.infer<typeof UserChange>['what']

/** A link that was asked for, or which mail was: what becomes of that the page itself says, and goes on saying. */
type Asked = { activation?: HandedLink; reset?: HandedLink; mail?: 'activation' | 'password-reset' }

/** What an administrator does to an account. A link that was asked for comes back to be copied or scanned. */
export const changeUserAction = viewerAction<typeof UserChange, Asked>(
  UserChange,
  async (viewer, { userId, what }) => {
    if (what === 'copy-link' || what === 'scan-link')
      return { data: { activation: handedLink(await activationLink(viewer, userId), what === 'scan-link') } }
    if (what === 'copy-reset' || what === 'scan-reset')
      return { data: { reset: handedLink(await resetLink(viewer, userId), what === 'scan-reset') } }
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
  Exclude<What, 'copy-link' | 'scan-link' | 'copy-reset' | 'scan-reset'>,
  (viewer: Viewer, userId: string) => Promise<unknown>
> = {
  resend: resendActivation,
  'resend-from-mail': resendActivation,
  'send-reset': sendResetLink,
  disable: disableUser,
  enable: enableUser,
}

const ChangedUser = z.object({ userId: z.guid(), opened: openedField, ...userFields })

/** Saves who a user is, what they may do and where they belong. */
export const saveUserAction = viewerAction<typeof ChangedUser, Seen>(
  ChangedUser,
  async (viewer, { userId, opened, ...details }) => {
    const t = await getTranslations('users.done')
    return saveUnlessChanged(
      factsOf(details),
      async () => factsOf(await changeUser(viewer, userId, details, opened)),
      { message: t('saved'), words: await userWords(viewer) },
    )
  },
)

const NewEmail = z.object({ userId: z.guid(), newEmail: emailField })

/** Asks the owner of an active account to confirm another address. */
export const changeEmailOfAction = viewerAction(NewEmail, async (viewer, { userId, newEmail }) => {
  await requestEmailChangeOf(viewer, userId, newEmail)
  return { message: (await getTranslations('users.emailChange'))('done', { email: newEmail }) }
})

const Correction = z.object({ userId: z.guid(), email: emailField, tellAt: z.enum(['user', 'mail']) })

/** Gives a user who waits for a mail the address that it can reach. */
export const correctAddressAction = viewerAction(Correction, async (viewer, { userId, email, tellAt }) => {
  const mailId = await correctAddress(viewer, userId, email)
  redirect(`${tellAt === 'user' ? `/users/${userId}` : `/outbox/${mailId}`}?notice=corrected`)
})

/** Removes the second factor of somebody who has lost it. */
export const removeFactorsAction = viewerAction(
  z.object({ userId: z.guid() }),
  async (viewer, { userId }) => {
    await removeFactorsOf(viewer, userId)
    return { message: (await getTranslations('users.factor'))('done') }
  },
  { confirm: () => true },
)

export const deleteUserAction = viewerAction(
  z.object({ userId: z.guid() }),
  async (viewer, { userId }) => {
    await deleteUser(viewer, userId)
    redirect('/users?notice=deleted')
  },
  { confirm: () => true },
)
