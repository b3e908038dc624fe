import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { installation } from '@/app/installation'
import { lifetimeWords } from '@/app/lifetime'
import { ruleWords } from '@/app/password-rule-words'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { TextLink } from '@/components/text-link'
import { grantableRoles } from '@/domain/accounts/users'
import { rulesFor } from '@/domain/settings/tenant-password-rules'
import { placesFor } from '@/domain/tenancy/tenants'
import { locales } from '@/lib/i18n/locales'
import { found } from '../../found'
import { placeLabels } from '../place-labels'
import { NewUserForm } from './new-user-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users.new'))('title') }
}

export default async function NewUserPage() {
  const viewer = await requireViewer()
  const tenants = await found(placesFor(viewer))
  const t = await getTranslations('users')
  const { locale, activationHours } = await installation()
  const span = await lifetimeWords(activationHours)
  const own = viewer.tenantId ? tenants[0] : undefined
  // Which it is, is known once the tenant is.
  const byTenant = !own && tenants.some(tenant => tenant.locale)
  // Whoever looks after one tenant adds customer users only.
  const withoutCustomer =
    viewer.role === 'tenant_administrator' && tenants.every(({ customers }) => customers.length === 0)
  return (
    <div className="max-w-form">
      <PageHeader title={t('new.title')} back={{ href: '/users', label: t('title') }} />
      {(tenants.length === 0 || withoutCustomer) && (
        <div className="mb-6">
          <Notice tone="warning">
            <p>{withoutCustomer ? t('new.noCustomer') : t('new.noTenant')}</p>
            <p>
              {withoutCustomer ? (
                <TextLink href="/customers">{t('new.toCustomers')}</TextLink>
              ) : (
                <TextLink href="/tenants">{t('new.toTenants')}</TextLink>
              )}
            </p>
          </Notice>
        </div>
      )}
      <NewUserForm
        roles={grantableRoles(viewer).map(role => ({ value: role, label: t(`roles.${role}`) }))}
        tenants={tenants}
        choosesTenant={viewer.role === 'system_administrator'}
        language={byTenant ? '' : (own?.locale ?? locale)}
        languages={[
          ...(byTenant ? [{ value: '', label: t('new.usualLanguage') }] : []),
          ...locales.map(locale => ({ value: locale, label: t(`languages.${locale}`) })),
        ]}
        rules={ruleWords(await rulesFor(viewer.tenantId), await getTranslations('passwordRules'), {
          first: true,
          ofOther: true,
        })}
        labels={{
          person: t('new.person'),
          personText: t('new.personText'),
          email: t('email'),
          firstName: t('firstName'),
          lastName: t('lastName'),
          language: t('language'),
          languageHelp: t('new.languageHelp'),
          permissions: t('new.permissions'),
          permissionsText: t('new.permissionsText'),
          ...(await placeLabels()),
          invitation: t('new.invitation'),
          how: t('new.how'),
          mail: t('new.mail'),
          mailHelp: t('new.mailHelp', { span }),
          link: t('new.link'),
          linkHelp: t('new.linkHelp'),
          password: t('new.password'),
          passwordHelp: t('new.passwordHelp', { span }),
          initialPassword: t('new.initialPassword'),
          moreByTenant: viewer.tenantId ? '' : t('new.moreByTenant'),
          submit: t('add'),
          activationLink: t('activationLink'),
          copy: t('copy'),
          toUser: t('new.toUser'),
          another: t('new.another'),
        }}
      />
    </div>
  )
}
