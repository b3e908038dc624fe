import type { Metadata } from 'next'
import { getTimeZone, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { PageHeader } from '@/components/page-header'
import { periods, readOverview } from '@/domain/mail-log/overview'
import { listSenders, livingWorkers, tenantSenders } from '@/domain/mail-log/senders'
import { hasServers } from '@/domain/mail-server/scope'
import { outboxPause } from '@/domain/outbox/pause'
import { readRetention } from '@/domain/outbox/retention'
import { found } from '../../found'
import { KeepFresh } from '../../keep-fresh'
import { one, type SearchParams } from '../../list-address'
import { RetentionForm } from '../../retention-form'
import { retentionAction } from '../actions'
import { OutboxTabs } from '../outbox-tabs'
import { OverviewCharts } from '../overview-charts'
import { OverviewNumbers } from '../overview-numbers'
import { SendersPanel } from '../senders-panel'

const everyMilliseconds = 20_000

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('outbox.tabs'))('figuresTitle') }
}

/** How it goes, for whoever watches: over a day or a month, through which servers and workers, kept for how long. */
export default async function FiguresPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const asked = one((await searchParams).period)
  const period = periods.find(known => known === asked) ?? 'day'
  const overview = await found(readOverview(viewer, period, await getTimeZone()))
  const t = await getTranslations('outbox')
  const system = viewer.role === 'system_administrator'
  return (
    <>
      <KeepFresh every={everyMilliseconds} />
      <PageHeader title={t('title')} description={t('text')} />
      <OutboxTabs current="figures" />
      <div className="mt-6 space-y-6">
        <OverviewNumbers overview={overview} />
        <OverviewCharts overview={overview} />
        {(await hasServers(viewer)) && (
          <SendersPanel
            servers={await listSenders(viewer)}
            workers={system ? await livingWorkers(viewer) : null}
            ofTenants={system ? await tenantSenders(viewer) : null}
            paused={(await outboxPause(viewer)) !== null}
          />
        )}
        {system && <RetentionForm of="outbox" action={retentionAction} days={await readRetention(viewer)} />}
      </div>
    </>
  )
}
