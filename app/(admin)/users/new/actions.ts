'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { installation } from '@/app/installation'
import { lifetimeWords } from '@/app/lifetime'
import { viewerAction } from '@/app/viewer-action'
import { activationLink } from '@/domain/accounts/activation'
import { emailField } from '@/domain/accounts/email-address'
import { newPasswordField } from '@/domain/accounts/password'
import { addUser } from '@/domain/accounts/users'
import { locales } from '@/lib/i18n/locales'
import { handedLink } from '../hand-over-link'
import type { HandedLink } from '../link-to-hand-over'
import { userFields } from '../user-fields'

const person = { email: emailField, ...userFields, locale: z.enum(['', ...locales]) }
const NewUser = z.discriminatedUnion('invitation', [
  z.object({
    ...person,
    invitation: z.enum(['mail', 'link']),
    initialPassword: z.undefined().catch(undefined),
  }),
  z.object({ ...person, invitation: z.literal('password'), initialPassword: newPasswordField }),
])

export type AddedUser = { userId: string; shown: HandedLink }

export const addUserAction = viewerAction<typeof NewUser, AddedUser>(
  NewUser,
  async (viewer, { invitation, ...user }) => {
    const sendActivation = invitation === 'mail'
    const added = await addUser(viewer, { ...user, sendActivation })
    if (invitation !== 'link')
      redirect(`/users/${added.id}?notice=${invitation === 'mail' ? 'added' : 'added-with-password'}`)
    const t = await getTranslations('users.new')
    const span = await lifetimeWords((await installation()).activationHours)
    return {
      message: t('linkShown', { email: added.email, span }),
      data: { userId: added.id, shown: handedLink(await activationLink(viewer, added.id)) },
    }
  },
)
