import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { RelativeTime } from '@/components/relative-time'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { listTenants } from '@/domain/tenancy/tenants'
import { found } from '../found'
import { one, type SearchParams } from '../list-address'
import { userAddress } from '../users/user-address'
import { addTenantAction } from './actions'
import { NameForm } from './name-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('tenants'))('title') }
}

export default async function TenantsPage({ searchParams }: { searchParams: SearchParams }) {
  const tenants = await found(listTenants(await requireViewer()))
  const t = await getTranslations('tenants')
  const locale = await getLocale()
  const now = new Date()
  return (
    <>
      <PageHeader title={t('title')} description={t('text')} />
      <div className="space-y-6">
        <PassingNotice shown={one((await searchParams).notice) === 'deleted'} tone="success">
          {t('deleted')}
        </PassingNotice>
        {tenants.length === 0 ? (
          <EmptyState icon="building" title={t('none')}>
            {t('noneText')}
          </EmptyState>
        ) : (
          <Table
            label={t('title')}
            head={
              <>
                <Th>{t('name')}</Th>
                <Th numeric>{t('customers')}</Th>
                <Th numeric>{t('users')}</Th>
                <Th>{t('created')}</Th>
              </>
            }
          >
            {tenants.map(tenant => (
              <Tr key={tenant.id}>
                <Td clip title={tenant.name}>
                  <TextLink href={`/tenants/${tenant.id}`}>{tenant.name}</TextLink>
                </Td>
                <Td numeric label={t('customers')}>
                  {tenant._count.customers.toLocaleString(locale)}
                </Td>
                <Td numeric label={t('users')}>
                  <TextLink href={userAddress({ tenantId: tenant.id })}>
                    {tenant._count.users.toLocaleString(locale)}
                  </TextLink>
                </Td>
                <Td label={t('created')}>
                  <RelativeTime date={tenant.createdAt} now={now} locale={locale} />
                </Td>
              </Tr>
            ))}
          </Table>
        )}
        <div className="max-w-form">
          <Section title={t('add')} description={t('addText')}>
            <NameForm action={addTenantAction} labels={{ name: t('name'), submit: t('add') }} />
          </Section>
        </div>
      </div>
    </>
  )
}
