'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { createKey, perMinuteLimits, revokeKey } from '@/domain/api-keys/api-key'
import { scopes } from '@/domain/api-keys/scopes'
import { requiredNameField } from '@/lib/name-field'
import { keyDays } from './key-days'

const NewKey = z
  .looseObject({
    name: requiredNameField.pipe(z.string().max(60, 'key-name-long')),
    days: z.enum(keyDays.map(String)).transform(days => (days === '0' ? null : Number(days))),
    networks: z.string().max(5_000, 'too-long').default(''),
    perMinute: z.coerce
      .number('requests-per-minute')
      .int('requests-per-minute')
      .min(perMinuteLimits.least, 'requests-per-minute')
      .max(perMinuteLimits.most, 'requests-per-minute'),
  })
  .transform(({ name, days, networks, perMinute, ...boxes }) => ({
    ...{ name, days, perMinute },
    networks: networks.split(/[\s,]+/).filter(Boolean),
    // A box that is not ticked is not sent.
    scopes: scopes.filter(scope => boxes[scope] !== undefined),
  }))

export type CreatedKey = { name: string; text: string }

/** Makes a key, and shows it once. */
export const createKeyAction = viewerAction<typeof NewKey, CreatedKey>(NewKey, async (viewer, input) => {
  const { text } = await createKey(viewer, input)
  const t = await getTranslations('apiKeys')
  return { message: t('created', { name: input.name }), data: { name: input.name, text } }
})

/** Ends a key. */
export const revokeKeyAction = viewerAction(
  z.object({ keyId: z.guid() }),
  async (viewer, { keyId }) => {
    await revokeKey(viewer, keyId)
    redirect('/settings/api-keys?notice=revoked')
  },
  { confirm: () => true },
)
