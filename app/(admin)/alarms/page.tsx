import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { Pagination } from '@/components/pagination'
import { RelativeTime } from '@/components/relative-time'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { alarmStatuses, severities } from '@/domain/alarms/alarm-item'
import { type ListedAlarm, listAlarms } from '@/domain/alarms/alarms'
import { found } from '../found'
import { KeepFresh } from '../keep-fresh'
import { addressOf, one, type SearchParams } from '../list-address'
import { SeverityBadge } from './alarm-badges'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('alarms'))('title') }
}

export default async function AlarmsPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const query = await searchParams
  const severity = severities.find(known => known === one(query.severity))
  const status = alarmStatuses.find(known => known === one(query.status))
  const tenantId = one(query.tenant)
  const place = { before: one(query.before), after: one(query.after) }
  const page = await found(listAlarms(viewer, { severity, status, tenantId }, place))
  const t = await getTranslations('alarms')
  const to = (more: { severity?: string; status?: string; before?: string; after?: string }) =>
    addressOf('/alarms', { tenant: tenantId, severity, status, ...more })
  return (
    <>
      <KeepFresh every={page.alarms.some(({ waiting }) => waiting) ? 2_000 : 15_000} />
      <PageHeader
        title={t('title')}
        description={t('text')}
        action={
          viewer.role === 'tenant_administrator' && (
            <LinkButton href="/alarms/mapping">{t('mapping.title')}</LinkButton>
          )
        }
      />
      <div className="space-y-4">
        <FilterChips
          label={t('filterStatus')}
          chips={[undefined, ...alarmStatuses].map(choice => ({
            href: to({ status: choice }),
            label: choice ? t(`statuses.${choice}`) : t('all'),
            current: choice === status,
          }))}
        />
        <FilterChips
          label={t('filterSeverity')}
          chips={[undefined, ...severities].map(choice => ({
            href: to({ severity: choice }),
            label: choice ? t(`severities.${choice}`) : t('all'),
            current: choice === severity,
          }))}
        />
        {page.alarms.length > 0 ? (
          <AlarmTable alarms={page.alarms} />
        ) : (
          <EmptyState icon="bell" title={severity || status ? t('noneHere') : t('none')}>
            {severity || status ? <TextLink href="/alarms">{t('showAll')}</TextLink> : t('noneText')}
          </EmptyState>
        )}
        <Pagination
          previousHref={page.newer && to({ after: page.newer })}
          nextHref={page.older && to({ before: page.older })}
          first={page.newer && <LinkButton href={to({})}>{t('newest')}</LinkButton>}
        />
      </div>
    </>
  )
}

async function AlarmTable({ alarms }: { alarms: ListedAlarm[] }) {
  const t = await getTranslations('alarms')
  const locale = await getLocale()
  const now = new Date()
  return (
    <Table
      label={t('title')}
      head={
        <>
          <Th>{t('type')}</Th>
          <Th>{t('originator')}</Th>
          <Th>{t('severity')}</Th>
          <Th>{t('status')}</Th>
          <Th>{t('outcome')}</Th>
          <Th>{t('received')}</Th>
        </>
      }
    >
      {alarms.map(alarm => (
        <Tr key={alarm.id}>
          <Td clip title={alarm.type}>
            <TextLink href={`/alarms/${alarm.id}`}>{alarm.type}</TextLink>
          </Td>
          <Td clip label={t('originator')} title={alarm.originator}>
            {alarm.originator}
          </Td>
          <Td label={t('severity')}>
            <SeverityBadge severity={alarm.severity} />
          </Td>
          {/* In words: on a phone the first line has room for one badge. */}
          <Td label={t('status')}>{t(`statuses.${alarm.status}`)}</Td>
          <Td label={t('outcome')}>{alarm.waiting ? t('waiting') : t('mails', { count: alarm.mails })}</Td>
          <Td label={t('received')}>
            <RelativeTime date={alarm.createdAt} now={now} locale={locale} />
          </Td>
        </Tr>
      ))}
    </Table>
  )
}
