import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Badge } from '@/components/badge'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { displayName } from '@/domain/accounts/user'
import { factsOfTenant, readTenant } from '@/domain/tenancy/tenants'
import { locales } from '@/lib/i18n/locales'
import { CustomerTable } from '../../customers/customer-table'
import { DeleteForm } from '../../delete-form'
import { found, idIn } from '../../found'
import { one, type SearchParams } from '../../list-address'
import { TenantRules } from '../../password-rules/tenant-rules'
import { UserBadge } from '../../users/user-badge'
import { addCustomerAction, deleteTenantAction } from '../actions'
import { NameForm } from '../name-form'
import { TenantForm } from '../tenant-form'
import { TenantMail } from '../tenant-mail'
import { UsersInTheWay } from '../users-in-the-way'

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams }

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  return { title: (await found(readTenant(await requireViewer(), await idIn(params)))).name }
}

export default async function TenantPage({ params, searchParams }: Props) {
  const viewer = await requireViewer()
  const tenant = await found(readTenant(viewer, await idIn(params)))
  const [t, rules, languages, navigation] = await Promise.all([
    getTranslations('tenants'),
    getTranslations('tenantRules'),
    getTranslations('users.languages'),
    getTranslations('navigation'),
  ])
  return (
    <>
      <PageHeader
        title={tenant.name}
        badge={tenant.declared && <Badge tone="neutral">{t('declared')}</Badge>}
        back={{ href: '/tenants', label: t('title') }}
      />
      <div className="space-y-8">
        <PassingNotice shown={one((await searchParams).notice) === 'customer-deleted'} tone="success">
          {t('customerDeleted')}
        </PassingNotice>
        <p className="text-sm">
          <TextLink href={`/alarms?tenant=${tenant.id}`}>{navigation('alarms')}</TextLink>
          {' · '}
          <TextLink href={`/rules?tenant=${tenant.id}`}>{navigation('rules')}</TextLink>
        </p>
        <section aria-labelledby="customers" className="space-y-3">
          <h2 id="customers" className="font-medium text-base">
            {t('customers')}
          </h2>
          {tenant.customers.length === 0 ? (
            <p className="text-muted text-sm">{t('noCustomers')}</p>
          ) : (
            <CustomerTable customers={tenant.customers} />
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
        <div className="max-w-form space-y-6">
          <TenantMail viewer={viewer} tenantId={tenant.id} />
          <TenantRules viewer={viewer} tenantId={tenant.id} title={rules('title')} />
          <Section title={t('tenant')}>
            <TenantForm
              id={tenant.id}
              facts={factsOfTenant(tenant)}
              declared={tenant.declared}
              languages={[
                { value: '', label: t('usualLanguage') },
                ...locales.map(locale => ({ value: locale, label: languages(locale) })),
              ]}
              labels={{
                name: t('tenantName'),
                language: t('language'),
                languageHelp: t('languageHelp'),
                submit: t('save'),
              }}
            />
          </Section>
          {!tenant.declared && (
            <Section title={t('deleteTenant')} danger>
              <UsersInTheWay count={tenant._count.users} tenantId={tenant.id} />
              <DeleteForm
                action={deleteTenantAction}
                name="tenantId"
                id={tenant.id}
                labels={{
                  submit: t('delete'),
                  question: t('deleteQuestion', { name: tenant.name }),
                  explanation: t('deleteTenantLoss', { count: tenant._count.customers }),
                }}
              />
            </Section>
          )}
        </div>
      </div>
    </>
  )
}
