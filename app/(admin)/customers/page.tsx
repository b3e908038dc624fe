import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { listCustomers } from '@/domain/tenancy/customers'
import { found } from '../found'
import { one, type SearchParams } from '../list-address'
import { addCustomerAction } from '../tenants/actions'
import { NameForm } from '../tenants/name-form'
import { CustomerTable } from './customer-table'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('tenants'))('customers') }
}

export default async function CustomersPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const customers = await found(listCustomers(viewer))
  const t = await getTranslations('tenants')
  return (
    <>
      <PageHeader title={t('customers')} description={t('customersText')} />
      <div className="space-y-6">
        <PassingNotice shown={one((await searchParams).notice) === 'customer-deleted'} tone="success">
          {t('customerDeleted')}
        </PassingNotice>
        {customers.length === 0 ? (
          <EmptyState icon="building" title={t('noneYet')}>
            {t('noneYetText')}
          </EmptyState>
        ) : (
          <CustomerTable customers={customers} />
        )}
        <div className="max-w-form">
          <Section title={t('addCustomer')}>
            <NameForm
              action={addCustomerAction}
              tenantId={viewer.tenantId ?? undefined}
              labels={{ name: t('name'), submit: t('addCustomer') }}
            />
          </Section>
        </div>
      </div>
    </>
  )
}
