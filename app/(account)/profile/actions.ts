'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { dropSession, renewCookie } from '@/app/auth'
import { viewerAction } from '@/app/viewer-action'
import { emailField } from '@/domain/accounts/email-address'
import { cancelEmailChange, requestEmailChange } from '@/domain/accounts/email-change'
import { givenPasswordField, newPasswordField, passwordText } from '@/domain/accounts/password'
import { changePassword, updateProfile } from '@/domain/accounts/profile'
import { endSession, signOutEverywhere } from '@/domain/accounts/session'
import { locales } from '@/lib/i18n/locales'
import { nameField } from '@/lib/name-field'

const Person = z.object({ firstName: nameField, lastName: nameField, locale: z.enum(locales) })

export const savePersonAction = viewerAction(Person, async (viewer, person) => {
  await updateProfile(viewer, person)
  // In the language that was just chosen.
  const t = await getTranslations({ locale: person.locale, namespace: 'profile.person' })
  return { message: t('done') }
})

const NewEmail = z.object({ newEmail: emailField, currentPassword: givenPasswordField })

export const changeEmailAction = viewerAction(NewEmail, async (viewer, { newEmail, currentPassword }) => {
  // The page says that it is to be confirmed, now and whenever it is opened.
  await requestEmailChange(viewer, newEmail, currentPassword)
})

export const cancelEmailChangeAction = viewerAction(z.object({}), async viewer => {
  await cancelEmailChange(viewer)
  return { message: (await getTranslations('profile.email'))('cancelled', { email: viewer.email }) }
})

const OtherPassword = z
  .object({
    currentPassword: givenPasswordField,
    newPassword: newPasswordField,
    newPasswordAgain: passwordText,
  })
  .refine(({ newPassword, newPasswordAgain }) => newPassword === newPasswordAgain, {
    error: 'passwords-differ',
    path: ['newPasswordAgain'],
    // Said at once, and not only after everything else is right.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })

export const changePasswordAction = viewerAction(
  OtherPassword,
  async (viewer, { currentPassword, newPassword }) => {
    await renewCookie(await changePassword(viewer, currentPassword, newPassword))
    return { message: (await getTranslations('profile.password'))('done') }
  },
)

export const endSessionAction = viewerAction(z.object({ id: z.guid() }), async (viewer, { id }) => {
  await endSession(viewer, id)
  return { message: (await getTranslations('profile.sessions'))('ended') }
})

export const signOutEverywhereAction = viewerAction(z.object({}), async viewer => {
  await signOutEverywhere(viewer)
  await dropSession()
  redirect('/login?notice=signed-out-everywhere')
})
