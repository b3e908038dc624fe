import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { Section } from '@/components/section'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { listWebhooks } from '@/domain/webhooks/webhook'
import { found } from '../../found'
import { one, type SearchParams } from '../../list-address'
import { NewWebhookForm } from './webhook-forms'
import { eventRows, WebhookBadge } from './webhook-words'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('webhooks'))('title') }
}

/** The webhooks of the installation, or of the viewer's tenant. */
export default async function WebhooksPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const webhooks = await found(listWebhooks(viewer))
  const t = await getTranslations('webhooks')
  return (
    <>
      <PageHeader title={t('title')} description={t('text')} />
      <div className="space-y-6">
        <PassingNotice shown={one((await searchParams).notice) === 'deleted'} tone="success">
          {t('deleted')}
        </PassingNotice>
        {webhooks.length === 0 ? (
          <EmptyState icon="webhook" title={t('none')}>
            {t('noneText')}
          </EmptyState>
        ) : (
          <Table
            label={t('title')}
            head={
              <>
                <Th>{t('name')}</Th>
                <Th>{t('state')}</Th>
                <Th>{t('url')}</Th>
                <Th>{t('events')}</Th>
              </>
            }
          >
            {webhooks.map(webhook => (
              <Tr key={webhook.id}>
                <Td clip title={webhook.name}>
                  <TextLink href={`/settings/webhooks/${webhook.id}`}>{webhook.name}</TextLink>
                </Td>
                <Td label={t('state')}>
                  <WebhookBadge webhook={webhook} />
                </Td>
                <Td clip label={t('url')} title={webhook.url}>
                  {webhook.url}
                </Td>
                <Td clip label={t('events')} title={webhook.events.join(', ')}>
                  {webhook.events.join(', ')}
                </Td>
              </Tr>
            ))}
          </Table>
        )}
        <div className="max-w-form">
          <Section title={t('new')}>
            <NewWebhookForm
              rows={await eventRows(['mail.failed', 'mail.uncertain'])}
              labels={{
                name: t('name'),
                url: t('url'),
                urlHelp: t('urlHelp'),
                events: t('events'),
                eventsHelp: t('eventsHelp'),
                secret: t('secret'),
                copy: t('copy'),
                add: t('add'),
                toWebhook: t('toWebhook'),
                another: t('another'),
              }}
            />
          </Section>
        </div>
      </div>
    </>
  )
}
