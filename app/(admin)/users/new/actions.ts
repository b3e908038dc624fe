'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { activationLink } from '@/domain/accounts/activation'
import { emailField } from '@/domain/accounts/email-address'
import { addUser } from '@/domain/accounts/users'
import { Role } from '@/generated/prisma/enums'
import { locales } from '@/lib/i18n/locales'
import { nameField } from '@/lib/name-field'

/** A choice of a select; nothing chosen, or no such field on the page, is null. */
const idField = z
  .union([z.guid(), z.literal('')])
  .optional()
  .transform(id => id || null)

const NewUser = z.object({
  email: emailField,
  firstName: nameField,
  lastName: nameField,
  role: z.enum(Role, 'role-required'),
  tenantId: idField,
  customerId: idField,
  locale: z.enum(locales),
  invitation: z.enum(['mail', 'link']),
})

export type AddedUser = { userId: string; link: string }

export const addUserAction = viewerAction<typeof NewUser, AddedUser>(
  NewUser,
  async (viewer, { invitation, ...user }) => {
    const sendActivation = invitation === 'mail'
    const added = await addUser(viewer, { ...user, sendActivation })
    if (sendActivation) redirect(`/users/${added.id}?notice=added`)
    const t = await getTranslations('users.new')
    return {
      message: t('linkShown', { email: added.email }),
      data: { userId: added.id, link: await activationLink(viewer, added.id) },
    }
  },
)
