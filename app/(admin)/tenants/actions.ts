'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { createCustomer, createTenant, tenantNameField } from '@/domain/tenancy/tenants'

export const addTenantAction = viewerAction(z.object({ name: tenantNameField }), async (viewer, { name }) => {
  await createTenant(viewer, name)
  return { message: (await getTranslations('tenants'))('added', { name }) }
})

const NewCustomer = z.object({ tenantId: z.guid(), name: tenantNameField })

export const addCustomerAction = viewerAction(NewCustomer, async (viewer, { tenantId, name }) => {
  await createCustomer(viewer, tenantId, name)
  return { message: (await getTranslations('tenants'))('added', { name }) }
})
