import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Button, LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { RenderedForField } from '@/components/rendered-for'
import { SearchField } from '@/components/search-field'
import { TextLink } from '@/components/text-link'
import { currentUserRun } from '@/domain/accounts/user-run'
import { listUsers, pageSize } from '@/domain/accounts/users'
import { namesOfPlace } from '@/domain/tenancy/tenants'
import { UserState } from '@/generated/prisma/enums'
import { found } from '../found'
import { KeepFresh } from '../keep-fresh'
import { listAddress, listView, one, type SearchParams } from '../list-address'
import { ListPages } from '../list-pages'
import { countInWords } from '../outbox/rough-count'
import { ManyUsersForm } from './many-users-form'
import { UserRunProgress } from './user-run-progress'
import { UserTable } from './user-table'

/** Milliseconds between two looks at a change of many users that is under way. */
const runFresh = 2_000

const states = Object.values(UserState)

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users'))('title') }
}

export default async function UsersPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const view = await listView(searchParams, states)
  const list = await found(listUsers(viewer, view))
  const run = await currentUserRun(viewer)
  const t = await getTranslations('users')
  const { search, state, mail, tenantId, customerId } = view
  const names = await namesOfPlace(viewer, { tenantId, customerId })
  const place = [names.tenant, names.customer].filter(Boolean).join(' · ')
  const locale = await getLocale()
  return (
    <>
      {run && !run.endedAt && <KeepFresh every={runFresh} />}
      <PageHeader
        title={t('title')}
        action={
          <>
            {list.found > 0 && (
              <form method="post" action={listAddress('/users/export', { ...view, page: 1 })}>
                <RenderedForField />
                <Button type="submit">{t('export')}</Button>
              </form>
            )}
            <LinkButton href="/users/import">{t('import.link')}</LinkButton>
            <LinkButton href="/users/new" variant="primary">
              {t('add')}
            </LinkButton>
          </>
        }
      />
      <div className="space-y-4">
        <PassingNotice shown={one((await searchParams).notice) === 'deleted'} tone="success">
          {t('deleted')}
        </PassingNotice>
        {run && <UserRunProgress run={run} />}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <SearchField
            action="/users"
            label={t('search')}
            defaultValue={search}
            keep={{
              state,
              mail,
              tenant: tenantId,
              customer: customerId,
              sort: view.backwards ? 'backwards' : undefined,
            }}
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
        {place && (
          <p className="text-sm">
            {t('ofPlace', { place })}{' '}
            <TextLink
              href={listAddress('/users', { ...view, page: 1, tenantId: undefined, customerId: undefined })}
            >
              {t('showAll')}
            </TextLink>
          </p>
        )}
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
              <LinkButton href={listAddress('/users', search ? { ...view, search: undefined, page: 1 } : {})}>
                {search ? t('clearSearch') : t('showAll')}
              </LinkButton>
            }
          >
            {search ? t('noneFoundText') : mail ? undefined : t('noneText')}
          </EmptyState>
        )}
        <ManyUsersForm
          empty={list.users.length === 0}
          beyond={
            list.found > list.users.length
              ? {
                  address: { q: search, state, mail, tenant: tenantId, customer: customerId },
                  label: t('many.beyond', { count: list.found }),
                }
              : undefined
          }
          labels={{
            title: t('many.title'),
            all: t('many.all'),
            resend: t('resend'),
            disable: t('many.disable'),
            enable: t('many.enable'),
            delete: t('deletion.submit'),
            question: t('many.question'),
            explanation: [
              t('many.explanation'),
              list.found > list.users.length && t('many.explanationAll', { count: list.found }),
            ]
              .filter(Boolean)
              .join(' '),
          }}
        />
        <ListPages path="/users" view={view} found={list.found} pageSize={pageSize} />
      </div>
    </>
  )
}
