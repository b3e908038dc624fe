import type { Metadata } from 'next'
import { getTimeZone, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { LinkButton } from '@/components/button'
import { PageHeader } from '@/components/page-header'
import { Pagination } from '@/components/pagination'
import { subjectPages } from '@/domain/accounts/audit-subjects'
import { listAudit } from '@/domain/audit/audit-list'
import { readAuditRetention } from '@/domain/audit/audit-retention'
import { found } from '../found'
import type { SearchParams } from '../list-address'
import { RetentionForm } from '../retention-form'
import { auditRetentionAction } from './actions'
import { auditAddress, auditView, filterOf } from './audit-address'
import { AuditFilters } from './audit-filters'
import { AuditTable } from './audit-table'
import { ExportForm } from './export-form'
import { NoEvents } from './no-events'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title') }
}

export default async function AuditPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const view = await auditView(searchParams)
  const page = await found(listAudit(viewer, filterOf(view, await getTimeZone()), view))
  const { events, newer, older, searchedTo, more } = page
  const t = await getTranslations('audit')
  const to = (place: { before?: string; after?: string }) =>
    auditAddress({ ...view, before: undefined, after: undefined, ...place })
  return (
    <>
      <PageHeader title={t('title')} description={t('text')} action={<ExportForm view={view} />} />
      <div className="space-y-6">
        <section aria-label={t('events')} className="space-y-4">
          <AuditFilters view={view} />
          {more && <p className="text-muted text-sm">{t('moreNames')}</p>}
          {events.length > 0 ? (
            <AuditTable events={events} pages={await subjectPages(viewer, events)} />
          ) : (
            <NoEvents view={view} searchedTo={searchedTo} />
          )}
          <Pagination
            previousHref={newer && to({ after: newer })}
            nextHref={older && to({ before: older })}
            first={newer && <LinkButton href={to({})}>{t('newest')}</LinkButton>}
          >
            {searchedTo && t('searchedTo', { time: await moment(searchedTo) })}
          </Pagination>
        </section>
        {viewer.role === 'system_administrator' && (
          <RetentionForm of="audit" action={auditRetentionAction} days={await readAuditRetention(viewer)} />
        )}
      </div>
    </>
  )
}
