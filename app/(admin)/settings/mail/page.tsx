import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { ConfirmButton } from '@/components/confirm-button'
import { Form } from '@/components/form'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { PassingNotice } from '@/components/passing-notice'
import { RelativeTime } from '@/components/relative-time'
import { hasServers } from '@/domain/mail-server/scope'
import { readOwnTrouble } from '@/domain/mail-server/server-trouble'
import { type ListedServer, listMailServers } from '@/domain/mail-server/servers'
import { readTenantSender } from '@/domain/mail-server/tenant-policy'
import { outboxPause } from '@/domain/outbox/pause'
import { testsOf } from '@/domain/outbox/test-mail'
import { now } from '@/lib/clock'
import { found } from '../../found'
import { one, type SearchParams } from '../../list-address'
import { ForwarderNotice } from './forwarder-notice'
import { ProviderPicker } from './provider-picker'
import { savedWords } from './saved-words'
import { changeServersAction } from './server-actions'
import { ServerList } from './server-list'
import { TenantSenderForm } from './tenant-sender-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('mailSettings'))('title') }
}

/** The mail servers in their order; while there is none that delivers to anybody, the way to the first. */
export default async function MailServersPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const sender = await found(readTenantSender(viewer))
  const t = await getTranslations('mailSettings')
  // A tenant that may have no servers may still choose its sender.
  if (sender && !(await hasServers(viewer)))
    return (
      <>
        <PageHeader title={t('title')} description={t('tenant.onlySender')} />
        <TenantSenderForm sender={sender} />
      </>
    )
  const servers = await found(listMailServers(viewer))
  const system = viewer.role === 'system_administrator'
  const query = await searchParams
  const [notice, saved] = [one(query.notice), one(query.saved)]
  const drafts = servers.filter(({ role }) => role === 'unsaved')
  const listed = servers.filter(({ role }) => role !== 'unsaved')
  const tests = await testsOf(
    viewer,
    listed.map(({ version }) => version.versionId),
  )
  const first = listed.every(({ builtin }) => builtin)
  const said = saved
    ? await savedWords(viewer, saved)
    : notice && t.has(`notices.${notice}`) && t(`notices.${notice}`)
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t(
          !system
            ? listed.length === 0
              ? 'tenant.noServer'
              : 'tenant.description'
            : listed.length === 0
              ? 'noServer'
              : first
                ? 'invitation'
                : 'description',
        )}
        action={
          <>
            {listed.length > 0 && (
              <LinkButton href="/settings/mail/deliverability">{t('deliverability')}</LinkButton>
            )}
            <LinkButton href="/settings/mail/new" variant="primary">
              {t('servers.add')}
            </LinkButton>
          </>
        }
      />
      <div className="space-y-6">
        {system && <ForwarderNotice />}
        {said && <PassingNotice tone="success">{said}</PassingNotice>}
        {drafts.map(draft => (
          <Draft key={draft.id} draft={draft} />
        ))}
        {first && <ProviderPicker />}
        {listed.length > 0 && (
          <ServerList
            servers={listed}
            tests={tests}
            paused={(await outboxPause(viewer)) !== null}
            fallsBack={(await readOwnTrouble(viewer))?.what === 'own-fell-back'}
          />
        )}
        {sender && <TenantSenderForm sender={sender} />}
      </div>
    </>
  )
}

/** What was tested and never saved is no server yet; it is not lost either. */
async function Draft({ draft: { id, name, version, touchedAt } }: { draft: ListedServer }) {
  const t = await getTranslations('mailSettings.drafts')
  const locale = await getLocale()
  return (
    <Notice tone="info">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p>
          {t.rich('text', {
            name,
            host: version.settings.host,
            since: () => <RelativeTime date={touchedAt} now={now()} locale={locale} />,
          })}
        </p>
        <div className="flex flex-wrap gap-2">
          <LinkButton href={`/settings/mail/${id}`}>
            {t('continue')}
            <span className="sr-only"> {name}</span>
          </LinkButton>
          <Form action={changeServersAction}>
            <ConfirmButton
              name="change"
              value={`delete ${id}`}
              variant="quiet"
              title={t('discardTitle', { name })}
              question={t('discardText')}
              confirmLabel={t('discard')}
            >
              {t('discard')}
              <span className="sr-only"> {name}</span>
            </ConfirmButton>
          </Form>
        </div>
      </div>
    </Notice>
  )
}
