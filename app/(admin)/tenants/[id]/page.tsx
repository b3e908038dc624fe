import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { displayName } from '@/domain/accounts/user'
import { readTenant } from '@/domain/tenancy/tenants'
import { found, idIn } from '../../found'
import { UserBadge } from '../../users/user-badge'
import { addCustomerAction } from '../actions'
import { NameForm } from '../name-form'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await found(readTenant(await requireViewer(), await idIn(params)))).name }
}

export default async function TenantPage({ params }: Props) {
  const tenant = await found(readTenant(await requireViewer(), await idIn(params)))
  const t = await getTranslations('tenants')
  const locale = await getLocale()
  return (
    <>
      <PageHeader title={tenant.name} back={{ href: '/tenants', label: t('title') }} />
      <div className="space-y-8">
        <section aria-labelledby="customers" className="space-y-3">
          <h2 id="customers" className="font-medium text-base">
            {t('customers')}
          </h2>
          {tenant.customers.length === 0 ? (
            <p className="text-muted text-sm">{t('noCustomers')}</p>
          ) : (
            <Table
              label={t('customers')}
              head={
                <>
                  <Th>{t('name')}</Th>
                  <Th numeric>{t('users')}</Th>
                </>
              }
            >
              {tenant.customers.map(customer => (
                <Tr key={customer.id}>
                  <Td>{customer.name}</Td>
                  <Td numeric label={t('users')}>
                    {customer._count.users.toLocaleString(locale)}
                  </Td>
                </Tr>
              ))}
            </Table>
          )}
        </section>
        <div className="max-w-form">
          <Section title={t('addCustomer')}>
            <NameForm
              action={addCustomerAction}
              tenantId={tenant.id}
              labels={{ name: t('name'), submit: t('addCustomer') }}
            />
          </Section>
        </div>
        <section aria-labelledby="administrators" className="space-y-3">
          <h2 id="administrators" className="font-medium text-base">
            {t('administrators')}
          </h2>
          {tenant.users.length === 0 ? (
            <p className="text-muted text-sm">
              {t('noAdministrators')} <TextLink href="/users/new">{t('addUser')}</TextLink>
            </p>
          ) : (
            <Table
              label={t('administrators')}
              head={
                <>
                  <Th>{t('email')}</Th>
                  <Th>{t('name')}</Th>
                  <Th>{t('state')}</Th>
                </>
              }
            >
              {tenant.users.map(user => (
                <Tr key={user.id}>
                  <Td clip title={user.email}>
                    <TextLink href={`/users/${user.id}`}>{user.email}</TextLink>
                  </Td>
                  <Td clip label={t('name')}>
                    {displayName(user)}
                  </Td>
                  <Td label={t('state')}>
                    <UserBadge state={user.state} />
                  </Td>
                </Tr>
              ))}
            </Table>
          )}
        </section>
      </div>
    </>
  )
}
