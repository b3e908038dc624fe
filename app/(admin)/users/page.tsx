import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { SearchField } from '@/components/search-field'
import { listUsers, pageSize } from '@/domain/accounts/users'
import { UserState } from '@/generated/prisma/enums'
import { found } from '../found'
import { listAddress, listView, one, type SearchParams } from '../list-address'
import { ListPages } from '../list-pages'
import { countInWords } from '../outbox/rough-count'
import { UserTable } from './user-table'

const states = Object.values(UserState)

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users'))('title') }
}

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const view = await listView(searchParams, states)
  const list = await found(listUsers(viewer, view))
  const t = await getTranslations('users')
  const { search, state, mail } = view
  const locale = await getLocale()
  return (
    <>
      <PageHeader
        title={t('title')}
        action={
          <LinkButton href="/users/new" variant="primary">
            {t('add')}
          </LinkButton>
        }
      />
      <div className="space-y-4">
        <PassingNotice shown={one((await searchParams).notice) === 'deleted'} tone="success">
          {t('deleted')}
        </PassingNotice>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <SearchField
            action="/users"
            label={t('search')}
            defaultValue={search}
            keep={{ state, mail, sort: view.backwards ? 'backwards' : undefined }}
          />
          <FilterChips
            label={t('filter')}
            locale={locale}
            chips={[
              ...[undefined, ...states].map(choice => ({
                href: listAddress('/users', { ...view, page: 1, mail: undefined, state: choice }),
                label: choice ? t(`states.${choice}`) : t('all'),
                count: choice ? (list.count[choice] ?? 0) : list.total,
                current: !mail && choice === state,
              })),
              {
                href: listAddress('/users', { ...view, page: 1, state: undefined, mail: 'failed' }),
                label: t('mailFailed'),
                count: countInWords(list.mailFailed, locale),
                current: mail === 'failed',
              },
            ]}
          />
        </div>
        {list.users.length > 0 ? (
          <UserTable
            users={list.users}
            mailFailed={list.mailFailed.ids}
            view={view}
            places={viewer.role === 'system_administrator'}
          />
        ) : (
          <EmptyState
            icon="users"
            title={search ? t('noneFound', { search }) : mail ? t('noneFailed') : t('none')}
            action={
              <LinkButton href={listAddress('/users', search ? { state, mail } : {})}>
                {search ? t('clearSearch') : t('showAll')}
              </LinkButton>
            }
          >
            {search ? t('noneFoundText') : mail ? undefined : t('noneText')}
          </EmptyState>
        )}
        <ListPages path="/users" view={view} found={list.found} pageSize={pageSize} />
      </div>
    </>
  )
}
