import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { readAlarm } from '@/domain/alarms/alarms'
import { found } from '../../found'
import { one, type SearchParams } from '../../list-address'
import { tryAction } from '../actions'
import { alarmChoices } from '../rule-page'
import { TryForm } from './try-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('rules.try'))('title') }
}

export default async function TryRulesPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const { alarm: named, tenant } = await searchParams
  const alarm = one(named) ? await found(readAlarm(viewer, one(named) ?? '')) : null
  const tenantId = viewer.tenantId ?? alarm?.tenantId ?? one(tenant)
  if (!tenantId) notFound()
  const recent = await alarmChoices(viewer, tenantId)
  const choices =
    alarm && !recent.some(({ id }) => id === alarm.id)
      ? [{ id: alarm.id, label: `${alarm.type} (${alarm.originator})` }, ...recent]
      : recent
  const t = await getTranslations('rules')
  return (
    <div className="max-w-form">
      <PageHeader
        title={t('try.title')}
        description={t('try.allText')}
        back={{ href: '/rules', label: t('title') }}
      />
      <TryForm
        action={tryAction}
        alarms={choices}
        chosen={alarm?.id}
        tenantId={viewer.tenantId ? undefined : tenantId}
      />
    </div>
  )
}
