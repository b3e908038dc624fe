import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Badge } from '@/components/badge'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { RelativeTime } from '@/components/relative-time'
import { SearchField } from '@/components/search-field'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { inboxPort, listInbox, pageSize } from '@/domain/inbox/inbox'
import { found } from '../found'
import { KeepFresh } from '../keep-fresh'
import { listView, type SearchParams } from '../list-address'
import { ListPages } from '../list-pages'
import { EmptyInbox } from './empty-inbox'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('inbox'))('title') }
}

export default async function InboxPage({ searchParams }: { searchParams: SearchParams }) {
  const view = await listView(searchParams)
  const list = await found(listInbox(await requireViewer(), view))
  const t = await getTranslations('inbox')
  const locale = await getLocale()
  const now = new Date()
  const port = inboxPort()
  const { search } = view
  return (
    <>
      {port !== null && <KeepFresh every={5_000} />}
      <PageHeader
        title={t('title')}
        description={port === null ? t('off') : t('text', { port: String(port) })}
      />
      <div className="space-y-4">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <SearchField action="/inbox" label={t('search')} defaultValue={search} />
          <EmptyInbox
            offered={list.total > 0}
            labels={{ submit: t('empty'), question: t('emptyQuestion'), explanation: t('emptyText') }}
          />
        </div>
        {list.mails.length > 0 ? (
          <Table
            label={t('title')}
            head={
              <>
                <Th>{t('subject')}</Th>
                <Th>{t('to')}</Th>
                <Th>{t('from')}</Th>
                <Th>{t('received')}</Th>
              </>
            }
          >
            {list.mails.map(mail => (
              <Tr key={mail.id}>
                <Td clip title={mail.subject}>
                  <TextLink href={`/inbox/${mail.id}`} className={mail.readAt ? '' : 'font-medium'}>
                    {mail.subject || t('noSubject')}
                  </TextLink>
                  {!mail.readAt && (
                    <>
                      {' '}
                      <Badge tone="info">{t('unread')}</Badge>
                    </>
                  )}
                </Td>
                <Td clip label={t('to')} title={mail.recipients.join(', ')}>
                  {mail.recipients.join(', ')}
                </Td>
                <Td clip label={t('from')} title={mail.sender}>
                  {mail.sender}
                </Td>
                <Td label={t('received')}>
                  <RelativeTime date={mail.receivedAt} now={now} locale={locale} />
                </Td>
              </Tr>
            ))}
          </Table>
        ) : search ? (
          <EmptyState
            title={t('noneFound', { search })}
            action={<LinkButton href="/inbox">{t('clearSearch')}</LinkButton>}
          />
        ) : (
          <EmptyState
            title={port === null ? t('offTitle') : t('none')}
            action={port !== null && <LinkButton href="/settings/mail">{t('toMailServers')}</LinkButton>}
          >
            {port === null ? t('offText') : t('noneText', { port: String(port) })}
          </EmptyState>
        )}
        <ListPages path="/inbox" view={view} found={list.found} pageSize={pageSize} />
      </div>
    </>
  )
}
