import { getTranslations } from 'next-intl/server'
import { TextLink } from '@/components/text-link'
import { userAddress } from '../users/user-address'

type Props = { count: number; tenantId?: string; customerId?: string }

/** Why a tenant or a customer cannot go yet, and the way to those who are to go first. */
export async function UsersInTheWay({ count, ...place }: Props) {
  const t = await getTranslations('tenants')
  if (count === 0) return null
  return (
    <p className="text-sm">
      {t('inUse', { count })} <TextLink href={userAddress(place)}>{t('showUsers')}</TextLink>
    </p>
  )
}
