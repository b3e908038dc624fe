import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { one, type SearchParams } from '../../list-address'
import { RuleEditor } from '../rule-page'
import { valuesOf } from '../rule-values'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('rules'))('add') }
}

export default async function NewRulePage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const tenantId = viewer.tenantId ?? one((await searchParams).tenant)
  if (!tenantId) notFound()
  const t = await getTranslations('rules')
  return (
    <div className="max-w-form">
      <PageHeader title={t('add')} back={{ href: '/rules', label: t('title') }} />
      <RuleEditor viewer={viewer} rule={valuesOf(null)} tenantId={tenantId} />
    </div>
  )
}
