import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Button, LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { Pagination } from '@/components/pagination'
import { PassingNotice } from '@/components/passing-notice'
import { RenderedForField } from '@/components/rendered-for'
import { SearchField } from '@/components/search-field'
import { TextLink } from '@/components/text-link'
import { listUsers } from '@/domain/accounts/user-list'
import { currentUserRun } from '@/domain/accounts/user-run'
import { namesOfPlace } from '@/domain/tenancy/tenants'
import { UserState } from '@/generated/prisma/enums'
import type { Count } from '@/lib/count'
import { found } from '../found'
import { KeepFresh } from '../keep-fresh'
import { one, type SearchParams } from '../list-address'
import { countInWords } from '../rough-count'
import { ManyUsersForm } from './many-users-form'
import { userAddress, userQuery, userView } from './user-address'
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
  const view = await userView(searchParams)
  const list = await found(listUsers(viewer, view))
  const run = await currentUserRun(viewer)
  const t = await getTranslations('users')
  const { search, state, mail, factor, tenantId, customerId } = view
  const names = await namesOfPlace(viewer, { tenantId, customerId })
  const place = [names.tenant, names.customer].filter(Boolean).join(' · ')
  const locale = await getLocale()
  // Another filter or order begins at its first page.
  const to = (change: Partial<typeof view>) =>
    userAddress({ ...view, before: undefined, after: undefined, ...change })
  const count = (number: Count) => countInWords(number, locale)
  const chosen = { state: undefined, mail: undefined, factor: undefined }
  const foundInWords = count(list.found) ?? ''
  const beyond = list.previous || list.next
  return (
    <>
      {run && !run.endedAt && <KeepFresh every={runFresh} />}
      <PageHeader
        title={t('title')}
        action={
          <>
            {list.found.number > 0 && (
              <form method="post" action={userAddress(view, '/users/export')}>
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
            keep={{ ...userQuery(view), q: undefined }}
          />
          <FilterChips
            label={t('filter')}
            locale={locale}
            chips={[
              ...[undefined, ...states].map(choice => ({
                href: to({ ...chosen, state: choice }),
                label: choice ? t(`states.${choice}`) : t('all'),
                count: count(list.counts[choice ?? 'all']),
                current: !mail && !factor && choice === state,
              })),
              {
                href: to({ ...chosen, mail: 'failed' }),
                label: t('mailFailed'),
                count: count(list.mailFailed),
                current: mail === 'failed',
              },
              {
                href: to({ ...chosen, factor: 'none' }),
                label: t('withoutFactor'),
                count: count(list.counts.withoutFactor),
                current: factor === 'none',
              },
            ]}
          />
        </div>
        {place && (
          <p className="text-sm">
            {t('ofPlace', { place })}{' '}
            <TextLink href={to({ tenantId: undefined, customerId: undefined })}>{t('showAll')}</TextLink>
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
            title={
              search
                ? t('noneFound', { search })
                : mail
                  ? t('noneFailed')
                  : factor
                    ? t('noneWithoutFactor')
                    : t('none')
            }
            action={
              <LinkButton href={search ? to({ search: undefined }) : '/users'}>
                {search ? t('clearSearch') : t('showAll')}
              </LinkButton>
            }
          >
            {search ? t('noneFoundText') : mail || factor ? undefined : t('noneText')}
          </EmptyState>
        )}
        <ManyUsersForm
          empty={list.users.length === 0}
          beyond={
            beyond
              ? {
                  address: { ...userQuery(view), sort: undefined, order: undefined },
                  label: t('many.beyond', { shown: foundInWords }),
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
            explanation: [t('many.explanation'), beyond && t('many.explanationAll', { shown: foundInWords })]
              .filter(Boolean)
              .join(' '),
          }}
        />
        <Pagination
          previousHref={list.previous && to({ before: list.previous })}
          nextHref={list.next && to({ after: list.next })}
          first={list.previous && <LinkButton href={to({})}>{t('first')}</LinkButton>}
        >
          {t('found', { count: list.found.number, shown: foundInWords })}
        </Pagination>
      </div>
    </>
  )
}
