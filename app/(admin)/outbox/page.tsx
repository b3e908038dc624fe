import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { SearchField } from '@/components/search-field'
import { listMails, pageSize } from '@/domain/outbox/outbox'
import { outboxPause } from '@/domain/outbox/pause'
import { MailState } from '@/generated/prisma/enums'
import { found } from '../found'
import { KeepFresh } from '../keep-fresh'
import { listAddress, listView, type SearchParams } from '../list-address'
import { ListPages } from '../list-pages'
import { freshness } from './freshness'
import { MailTable } from './mail-table'
import { PauseButton, PauseNotice } from './pause-control'

const states = Object.values(MailState)

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('outbox'))('title') }
}

export default async function OutboxPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const view = await listView(searchParams, states)
  const list = await found(listMails(viewer, view))
  const pause = await outboxPause()
  const t = await getTranslations('outbox')
  const { search, state } = view
  const narrowed = Boolean(search || state)
  return (
    <>
      <KeepFresh every={freshness(list.mails)} />
      <PageHeader
        title={t('title')}
        description={t('text')}
        action={viewer.role === 'system_administrator' && <PauseButton paused={pause !== null} />}
      />
      <div className="space-y-4">
        {pause && <PauseNotice pause={pause} />}
        <SearchField action="/outbox" label={t('search')} defaultValue={search} keep={{ state }} />
        <FilterChips
          label={t('filter')}
          locale={await getLocale()}
          chips={[undefined, ...states].map(choice => ({
            href: listAddress('/outbox', { search, state: choice }),
            label: choice ? t(`states.${choice}`) : t('all'),
            count: choice ? (list.count[choice] ?? 0) : list.total,
            current: choice === state,
          }))}
        />
        {list.mails.length > 0 ? (
          <MailTable mails={list.mails} />
        ) : (
          <EmptyState
            icon="send"
            title={search ? t('noneFound', { search }) : narrowed ? t('noneInState') : t('none')}
            action={
              narrowed && (
                <LinkButton href={listAddress('/outbox', search ? { state } : {})}>
                  {search ? t('clearSearch') : t('showAll')}
                </LinkButton>
              )
            }
          >
            {search ? t('noneFoundText') : narrowed ? undefined : t('noneText')}
          </EmptyState>
        )}
        <ListPages path="/outbox" view={view} found={list.found} pageSize={pageSize} />
      </div>
    </>
  )
}
