'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { changeTenantMailPolicy, mailPolicyFacts, serverChoices } from '@/domain/mail-server/tenant-policy'
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

const quota = z
  .string()
  .trim()
  .regex(/^([1-9]\d{0,8})?$/, 'limit')
  .transform(typed => (typed === '' ? null : Number(typed)))
const ticked = z
  .string()
  .optional()
  .transform(value => value === 'on')

const MailPolicy = z.object({
  id: z.guid(),
  opened: openedField,
  servers: z.enum(serverChoices),
  accountMails: ticked,
  fallsBack: ticked,
  senderDomains: z
    .string()
    .max(5_000)
    .transform(text => text.split(/[\s,;]+/).filter(Boolean)),
  maxPerMinute: quota,
  maxPerDay: quota,
})

/** Says by which servers a tenant's mails go. */
export const saveTenantMailAction = viewerAction<typeof MailPolicy, Seen>(
  MailPolicy,
  async (viewer, { id, opened, ...policy }) => {
    const t = await getTranslations('tenantMail')
    return saveUnlessChanged(
      mailPolicyFacts(policy),
      async () => mailPolicyFacts(await changeTenantMailPolicy(viewer, id, policy, opened)),
      {
        message: t('done'),
        words: async (field, value) => ({
          label: t(field),
          word:
            field === 'servers'
              ? t(`choices.${value}`)
              : field === 'accountMails' || field === 'fallsBack'
                ? t(value === 'on' ? 'yes' : 'no')
                : value,
        }),
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
