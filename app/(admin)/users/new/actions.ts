'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { installation } from '@/app/installation'
import { viewerAction } from '@/app/viewer-action'
import { activationLink } from '@/domain/accounts/activation'
import { emailField } from '@/domain/accounts/email-address'
import { addUser } from '@/domain/accounts/users'
import { handedLink } from '../hand-over-link'
import type { HandedLink } from '../link-to-hand-over'
import { userFields } from '../user-fields'

const NewUser = z.object({ email: emailField, ...userFields, invitation: z.enum(['mail', 'link']) })

export type AddedUser = { userId: string; shown: HandedLink }

export const addUserAction = viewerAction<typeof NewUser, AddedUser>(
  NewUser,
  async (viewer, { invitation, ...user }) => {
    const sendActivation = invitation === 'mail'
    const added = await addUser(viewer, { ...user, sendActivation })
    if (sendActivation) redirect(`/users/${added.id}?notice=added`)
    const t = await getTranslations('users.new')
    const { activationHours: hours } = await installation()
    return {
      message: t('linkShown', { email: added.email, hours }),
      data: { userId: added.id, shown: handedLink(await activationLink(viewer, added.id)) },
    }
  },
)
