'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { createCustomer } from '@/domain/tenancy/customers'
import { createTenant, deleteTenant, renameTenant } from '@/domain/tenancy/tenants'
import { openedField } from '@/lib/meanwhile'
import { requiredNameField } from '@/lib/name-field'
import { saveUnlessChanged } from '../save-unless-changed'
import { nameWords } from './name-words'

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

const Renamed = z.object({ id: z.guid(), opened: openedField, name: requiredNameField })

export const renameTenantAction = viewerAction<typeof Renamed, Seen>(
  Renamed,
  async (viewer, { id, opened, name }) => {
    const save = async () => ({ name: (await renameTenant(viewer, id, name, opened)).name })
    return saveUnlessChanged({ name }, save, await nameWords(name))
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
