'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { renewCookie } from '@/app/auth'
import { personAction } from '@/app/viewer-action'
import { codeField } from '@/domain/accounts/factor'
import {
  beginApp,
  cancelApp,
  confirmApp,
  newRecoveryCodes,
  removeFactor,
} from '@/domain/accounts/factor-change'
import { addPasskey, passkeyField } from '@/domain/accounts/passkey'
import { givenPasswordField } from '@/domain/accounts/password'
import { prove } from '@/domain/accounts/proof'

/** One of the buttons of the page, with the fields that it needs. */
const Change = z.preprocess(
  sent => (typeof sent === 'object' && sent && 'remove' in sent ? { ...sent, what: 'remove' } : sent),
  z.discriminatedUnion('what', [
    z.object({ what: z.literal('prove'), currentPassword: givenPasswordField, secretCode: codeField }),
    z.object({ what: z.literal('prove-by-password'), currentPassword: givenPasswordField }),
    z.object({ what: z.literal('confirm-app'), secretCode: codeField }),
    z.object({ what: z.literal('add-passkey'), passkey: passkeyField }),
    z.object({ what: z.literal('remove'), remove: z.guid() }),
    z.object({ what: z.enum(['proved', 'begin-app', 'cancel-app', 'new-codes']) }),
  ]),
)

/** Codes to be shown this once. */
export type ShownCodes = { codes?: string[] }

/** What a person does to their second factor: one action, so that its outcome stays although the page changes. */
export const changeFactorAction = personAction<typeof Change, ShownCodes>(
  Change,
  async (viewer, change) => {
    const t = await getTranslations('profile.security')
    switch (change.what) {
      case 'prove':
      case 'prove-by-password':
        await renewCookie(
          await prove(viewer, change.currentPassword, change.what === 'prove' ? change.secretCode : ''),
        )
        return { message: t('proved') }
      case 'proved':
        return { message: t('proved') }
      case 'begin-app':
        await beginApp(viewer)
        return
      case 'cancel-app':
        await cancelApp(viewer)
        return
      case 'confirm-app': {
        const codes = await confirmApp(viewer, change.secretCode)
        return { message: t('appAdded'), data: codes ? { codes } : undefined }
      }
      case 'add-passkey': {
        const codes = await addPasskey(viewer, change.passkey)
        return { message: t('passkeyAdded'), data: codes ? { codes } : undefined }
      }
      case 'new-codes':
        return { message: t('codesMade'), data: { codes: await newRecoveryCodes(viewer) } }
      case 'remove':
        await removeFactor(viewer, change.remove)
        return { message: t('removed') }
    }
  },
  { confirm: ({ what }) => what === 'remove', ownQuestion: true },
)
