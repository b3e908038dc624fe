import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { TenantRules } from './tenant-rules'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('tenantRules'))('title') }
}

/** For the administrators of a tenant; the system administrator finds the same on the page of each tenant. */
export default async function PasswordRulesPage() {
  const viewer = await requireViewer()
  if (!viewer.tenantId) notFound()
  const t = await getTranslations('tenantRules')
  return (
    <div className="max-w-form">
      <PageHeader title={t('title')} description={t('lead')} />
      <TenantRules viewer={viewer} tenantId={viewer.tenantId} title={t('stricter')} />
    </div>
  )
}
