import { useLocale, useTranslations } from 'next-intl'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { userAddress } from '../users/user-address'

type Props = { customers: { id: string; name: string; _count: { users: number } }[] }

/** Customers, and how many users belong to each. */
export function CustomerTable({ customers }: Props) {
  const t = useTranslations('tenants')
  const locale = useLocale()
  return (
    <Table
      label={t('customers')}
      head={
        <>
          <Th>{t('name')}</Th>
          <Th numeric>{t('users')}</Th>
        </>
      }
    >
      {customers.map(({ id, name, _count: { users } }) => (
        <Tr key={id}>
          <Td clip title={name}>
            <TextLink href={`/customers/${id}`}>{name}</TextLink>
          </Td>
          <Td numeric label={t('users')}>
            <TextLink href={userAddress({ customerId: id })}>{users.toLocaleString(locale)}</TextLink>
          </Td>
        </Tr>
      ))}
    </Table>
  )
}
