import { getTranslations } from 'next-intl/server'
import { namesOfPlace } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'

/** What the fields of a user are called, and what they hold, in the viewer's words. */
export async function userWords(viewer: Viewer) {
  const t = await getTranslations('users')
  return async (field: string, value: string): Promise<{ label: string; word: string }> => {
    switch (field) {
      case 'role':
        return { label: t('role'), word: t(`roles.${value}`) }
      case 'locale':
        return { label: t('language'), word: t(`languages.${value}`) }
      case 'tenantId':
        return { label: t('tenant'), word: (await namesOfPlace(viewer, { tenantId: value })).tenant ?? '' }
      case 'customerId':
        return {
          label: t('customer'),
          word: (await namesOfPlace(viewer, { customerId: value })).customer ?? '',
        }
      default:
        return { label: t(field), word: value }
    }
  }
}
