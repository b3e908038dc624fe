'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { createCustomer } from '@/domain/tenancy/customers'
import { changeTenant, createTenant, deleteTenant, factsOfTenant } from '@/domain/tenancy/tenants'
import { locales } from '@/lib/i18n/locales'
import { openedField } from '@/lib/meanwhile'
import { requiredNameField } from '@/lib/name-field'
import { saveUnlessChanged } from '../save-unless-changed'

export const addTenantAction = viewerAction(
  z.object({ name: requiredNameField }),
  async (viewer, { name }) => {
    await createTenant(viewer, name)
    return { message: (await getTranslations('tenants'))('added', { name }) }
  },
)

const NewCustomer = z.object({ tenantId: z.guid(), name: requiredNameField })

export const addCustomerAction = viewerAction(NewCustomer, async (viewer, { tenantId, name }) => {
  await createCustomer(viewer, tenantId, name)
  return { message: (await getTranslations('tenants'))('added', { name }) }
})

const Changed = z.object({
  id: z.guid(),
  opened: openedField,
  name: requiredNameField,
  locale: z.enum(['', ...locales]).transform(locale => locale || null),
})

export const changeTenantAction = viewerAction<typeof Changed, Seen>(
  Changed,
  async (viewer, { id, opened, ...details }) => {
    const t = await getTranslations('tenants')
    const languages = await getTranslations('users.languages')
    return saveUnlessChanged(
      factsOfTenant(details),
      async () => factsOfTenant(await changeTenant(viewer, id, details, opened)),
      {
        message: t('changed', { name: details.name }),
        words: async (field, value) =>
          field === 'name'
            ? { label: t('tenantName'), word: value }
            : { label: t('language'), word: value ? languages(value) : t('usualLanguage') },
      },
    )
  },
)

export const deleteTenantAction = viewerAction(
  z.object({ tenantId: z.guid() }),
  async (viewer, { tenantId }) => {
    await deleteTenant(viewer, tenantId)
    redirect('/tenants?notice=deleted')
  },
  { confirm: () => true },
)
