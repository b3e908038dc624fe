'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { createCustomer } from '@/domain/tenancy/customers'
import { createTenant } from '@/domain/tenancy/tenants'
import { requiredNameField } from '@/lib/name-field'

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
