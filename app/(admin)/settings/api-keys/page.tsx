import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { Badge } from '@/components/badge'
import { EmptyState } from '@/components/empty-state'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { RelativeTime } from '@/components/relative-time'
import { Table, Td, Th, Tr } from '@/components/table'
import { TextLink } from '@/components/text-link'
import { type ListedKey, listKeys, perMinuteLimits } from '@/domain/api-keys/api-key'
import { resources, scopesFor } from '@/domain/api-keys/scopes'
import { DeleteForm } from '../../delete-form'
import { found } from '../../found'
import { one, type SearchParams } from '../../list-address'
import { revokeKeyAction } from './actions'
import { keyDays } from './key-days'
import { KeyForm } from './key-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('apiKeys'))('title') }
}

/** The keys of the installation, or of the viewer's tenant. */
export default async function ApiKeysPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const keys = await found(listKeys(viewer))
  const t = await getTranslations('apiKeys')
  const mine = scopesFor(viewer.role)
  return (
    <>
      <PageHeader
        title={t('title')}
        description={
          <>
            {t('text')} <TextLink href="/api/v1/docs">{t('docs')}</TextLink>
          </>
        }
      />
      <div className="space-y-6">
        <PassingNotice shown={one((await searchParams).notice) === 'revoked'} tone="success">
          {t('revoked')}
        </PassingNotice>
        {keys.length === 0 ? (
          <EmptyState icon="key" title={t('none')}>
            {t('noneText')}
          </EmptyState>
        ) : (
          <KeyTable keys={keys} />
        )}
        <div className="max-w-form">
          <KeyForm
            resources={resources
              .map(resource => ({
                name: t(`resources.${resource}`),
                scopes: mine.filter(scope => scope.startsWith(`${resource}:`)),
              }))
              .filter(({ scopes }) => scopes.length > 0)}
            days={keyDays.map(days => ({
              value: String(days),
              label: days === 0 ? t('never') : t('inDays', { days }),
            }))}
            perMinute={perMinuteLimits.usual}
            labels={{
              make: t('make'),
              name: t('name'),
              nameHelp: t('nameHelp'),
              scopes: t('scopes'),
              scopesHelp: t('scopesHelp'),
              expires: t('expires'),
              networks: t('networks'),
              networksHelp: t('networksHelp'),
              perMinute: t('perMinute'),
              create: t('create'),
              key: t('key'),
              copy: t('copy'),
              another: t('another'),
            }}
          />
        </div>
      </div>
    </>
  )
}

async function KeyTable({ keys }: { keys: ListedKey[] }) {
  const t = await getTranslations('apiKeys')
  const locale = await getLocale()
  const now = new Date()
  const relative = (date: Date) => <RelativeTime date={date} now={now} locale={locale} />
  return (
    <Table
      label={t('title')}
      head={
        <>
          <Th>{t('name')}</Th>
          <Th>{t('state')}</Th>
          <Th>{t('scopes')}</Th>
          <Th>{t('lastUsed')}</Th>
          <Th>{t('maker')}</Th>
          <Th>
            <span className="sr-only">{t('revoke')}</span>
          </Th>
        </>
      }
    >
      {keys.map(key => (
        <Tr key={key.id} className="max-md:max-h-none!">
          <Td title={key.name}>
            {key.name} <code className="text-muted text-xs">lk_…{key.hint}</code>
          </Td>
          <Td label={t('state')} title={key.stopped === 'maker' ? t('makerGoneText') : undefined}>
            {key.stopped ? (
              <Badge tone="warning">{key.stopped === 'expired' ? t('expired') : t('makerGone')}</Badge>
            ) : (
              <Badge tone="success">{t('active')}</Badge>
            )}
            {key.expiresAt && !key.stopped && (
              <span className="text-muted wide:block wide:text-xs max-wide:ml-2">
                {t('until')} {relative(key.expiresAt)}
              </span>
            )}
          </Td>
          <Td label={t('scopes')} className="wide:max-w-64 text-xs">
            {key.scopes.join(', ')}
          </Td>
          <Td label={t('lastUsed')}>
            {key.lastUsedAt ? relative(key.lastUsedAt) : t('neverUsed')}
            {key.lastUsedFrom && (
              <span className="text-muted wide:block wide:text-xs max-wide:ml-2">
                {t('from', { address: key.lastUsedFrom })}
              </span>
            )}
          </Td>
          <Td label={t('maker')} clip title={key.maker}>
            {key.maker}
          </Td>
          <Td>
            <DeleteForm
              action={revokeKeyAction}
              name="keyId"
              id={key.id}
              plain
              labels={{
                submit: t('revoke'),
                question: t('revokeQuestion', { name: key.name }),
                explanation: t('revokeText'),
              }}
            />
          </Td>
        </Tr>
      ))}
    </Table>
  )
}
