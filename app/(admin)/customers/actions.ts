'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import type { Seen } from '@/components/meanwhile'
import { deleteCustomer, renameCustomer } from '@/domain/tenancy/customers'
import { openedField } from '@/lib/meanwhile'
import { requiredNameField } from '@/lib/name-field'
import { saveUnlessChanged } from '../save-unless-changed'
import { nameWords } from '../tenants/name-words'

const Renamed = z.object({ id: z.guid(), opened: openedField, name: requiredNameField })

export const renameCustomerAction = viewerAction<typeof Renamed, Seen>(
  Renamed,
  async (viewer, { id, opened, name }) => {
    const save = async () => ({ name: (await renameCustomer(viewer, id, name, opened)).name })
    return saveUnlessChanged({ name }, save, await nameWords(name))
  },
)

export const deleteCustomerAction = viewerAction(
  z.object({ customerId: z.guid() }),
  async (viewer, { customerId }) => {
    const { tenantId } = await deleteCustomer(viewer, customerId)
    const list = viewer.role === 'system_administrator' ? `/tenants/${tenantId}` : '/customers'
    redirect(`${list}?notice=customer-deleted`)
  },
  { confirm: () => true },
)
