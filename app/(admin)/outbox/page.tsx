import type { Metadata } from 'next'
import { getTimeZone, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { undecidedMails } from '@/domain/mail-log/mail'
import { listMails, type MailPage } from '@/domain/mail-log/mail-list'
import { type Overview, readOverview } from '@/domain/mail-log/overview'
import { countKept, currentRetryRun, type RetryProgress as Run } from '@/domain/mail-log/retry-run'
import { outboxPause } from '@/domain/outbox/pause'
import { found } from '../found'
import { KeepFresh } from '../keep-fresh'
import type { SearchParams } from '../list-address'
import { freshness } from './freshness'
import { MailFilters } from './mail-filters'
import { MailPages } from './mail-pages'
import { MailTable } from './mail-table'
import { NoMails } from './no-mails'
import { outboxView } from './outbox-address'
import { OutboxTabs } from './outbox-tabs'
import { OverviewNumbers } from './overview-numbers'
import { PauseButton } from './pause-control'
import { RetryFailed } from './retry-failed'
import { RetryKept } from './retry-kept'
import { RetryProgress } from './retry-progress'
import { Undecided } from './undecided'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('outbox'))('title') }
}

export default async function OutboxPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const view = await outboxView(searchParams)
  const { search, state, kind, before, after } = view
  const [page, overview, pause, run, undecided, kept] = await Promise.all([
    found(listMails(viewer, { search, state, kind }, { before, after })),
    found(readOverview(viewer, 'day', await getTimeZone())),
    outboxPause(viewer),
    found(currentRetryRun(viewer)),
    found(undecidedMails(viewer)),
    found(countKept(viewer)),
  ])
  const t = await getTranslations('outbox')
  return (
    <>
      <KeepFresh every={refreshment(page, overview, run)} />
      <PageHeader
        title={t('title')}
        description={t('text')}
        action={viewer.role === 'system_administrator' && <PauseButton paused={pause !== null} />}
      />
      <OutboxTabs current="mails" />
      <div className="mt-6 space-y-6">
        {run && <RetryProgress run={run} />}
        {kept.number > 0 && (!run || run.endedAt) && <RetryKept count={kept} />}
        {undecided.length > 0 && <Undecided mails={undecided} />}
        <OverviewNumbers overview={overview} />
        <section aria-label={t('mails')} className="space-y-4">
          <MailFilters view={view} counts={page.counts} />
          {state === 'failed' && page.mails.length > 0 && (!run || run.endedAt) && (
            <RetryFailed view={view} count={page.counts.failed} />
          )}
          {page.mails.length > 0 ? <MailTable mails={page.mails} /> : <NoMails view={view} page={page} />}
          <MailPages view={view} page={page} />
        </section>
      </div>
    </>
  )
}

/** How often the page is worth reading anew: it is never quite still, mails come in at any time. */
function refreshment({ mails }: MailPage, { waiting }: Overview, run: Run | null): number {
  if (run && !run.endedAt) return 1_000
  return freshness(mails) ?? (run || waiting.number > 0 ? 5_000 : 20_000)
}
