import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Badge } from '@/components/badge'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { readCustomer } from '@/domain/tenancy/customers'
import { DeleteForm } from '../../delete-form'
import { found, idIn } from '../../found'
import { RenameForm } from '../../tenants/rename-form'
import { UsersInTheWay } from '../../tenants/users-in-the-way'
import { deleteCustomerAction, renameCustomerAction } from '../actions'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await found(readCustomer(await requireViewer(), await idIn(params)))).name }
}

export default async function CustomerPage({ params }: Props) {
  const viewer = await requireViewer()
  const customer = await found(readCustomer(viewer, await idIn(params)))
  const { id, name, tenantId, tenant, declared, _count } = customer
  const t = await getTranslations('tenants')
  const back =
    viewer.role === 'system_administrator'
      ? { href: `/tenants/${tenantId}`, label: tenant.name }
      : { href: '/customers', label: t('customers') }
  return (
    <div className="max-w-form">
      <PageHeader
        title={name}
        badge={declared && <Badge tone="neutral">{t('declared')}</Badge>}
        back={back}
      />
      {declared ? (
        <p className="text-muted text-sm">{t('declaredText')}</p>
      ) : (
        <div className="space-y-6">
          <Section title={t('rename')}>
            <RenameForm
              action={renameCustomerAction}
              id={id}
              name={name}
              labels={{ name: t('customerName'), submit: t('save') }}
            />
          </Section>
          <Section title={t('deleteCustomer')} danger>
            <UsersInTheWay count={_count.users} customerId={id} />
            <DeleteForm
              action={deleteCustomerAction}
              name="customerId"
              id={id}
              labels={{
                submit: t('delete'),
                question: t('deleteQuestion', { name }),
                explanation: t('deleteCustomerLoss'),
              }}
            />
          </Section>
        </div>
      )}
    </div>
  )
}
