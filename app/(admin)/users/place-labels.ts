import { getTranslations } from 'next-intl/server'
import type { PlaceLabels } from './new/place-fields'

/** The words around the choice of what a user may do and where they belong. */
export async function placeLabels(): Promise<PlaceLabels> {
  const t = await getTranslations('users')
  return {
    role: t('role'),
    tenant: t('tenant'),
    tenantHelp: t('new.tenantHelp'),
    noTenants: t('new.noTenants'),
    addTenant: t('new.addTenant'),
    chooseTenant: t('new.chooseTenant'),
    customer: t('customer'),
    customerHelp: t('new.customerHelp'),
    chooseCustomer: t('new.chooseCustomer'),
  }
}
