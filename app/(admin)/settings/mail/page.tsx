import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { Notice } from '@/components/notice'
import { PageHeader } from '@/components/page-header'
import { oauthRedirectUri } from '@/domain/mail-server/account-connection'
import { formFields } from '@/domain/mail-server/form-fields'
import { mailServerHistory } from '@/domain/mail-server/history'
import { presets } from '@/domain/mail-server/presets'
import { type ListedServer, listMailServers } from '@/domain/mail-server/servers'
import { type MailServerView, readMailServer } from '@/domain/mail-server/versions'
import { testsOf } from '@/domain/outbox/test-mail'
import type { Viewer } from '@/domain/viewer'
import { found } from '../../found'
import { one, type SearchParams } from '../../list-address'
import { FindSettings } from './find-settings'
import { settingsInAddress } from './find-settings-address'
import { ForwarderNotice } from './forwarder-notice'
import { LimitsForm } from './limits-form'
import { MailServerForm } from './mail-server-form'
import { ServerList } from './server-list'
import { TestWithoutScript } from './test-without-script'
import { TrustedCertificates } from './trusted-certificates'
import { VersionHistory } from './version-history'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('mailSettings'))('title') }
}

export default async function MailSettingsPage({ searchParams }: { searchParams: SearchParams }) {
  const viewer = await requireViewer()
  const servers = await found(listMailServers(viewer))
  const t = await getTranslations('mailSettings')
  const query = await searchParams
  const [server, version, notice] = [one(query.server), one(query.version), one(query.notice)]
  const test = one(query.test)
  const newServer = server === 'new' && servers.length > 0
  // What was only tested is not what mail goes through.
  const saved = servers.find(({ role }) => role !== 'unsaved')
  const shown = newServer
    ? null
    : await found(
        readMailServer(viewer, {
          mailServerId: server === 'new' ? undefined : (server ?? (saved ?? servers[0])?.id),
          versionId: version,
        }),
      )
  const initial = shown && formFields(shown.name, shown.settings)
  const proposed = settingsInAddress(query, initial)
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t(servers.length > 0 ? 'description' : 'none')}
        action={
          servers.length > 0 && (
            <>
              <LinkButton href="/settings/mail/deliverability">{t('deliverability')}</LinkButton>
              {!newServer && <LinkButton href="/settings/mail/new">{t('servers.add')}</LinkButton>}
            </>
          )
        }
      />
      <div className="space-y-6">
        <ForwarderNotice />
        {notice && t.has(`notices.${notice}`) && (
          <Notice tone="success" role="status">
            {t(`notices.${notice}`)}
          </Notice>
        )}
        {test && <TestWithoutScript viewer={viewer} id={test} />}
        {servers.length > 0 && <ServerList servers={servers} current={shown?.mailServerId} />}
        <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,40rem)_minmax(0,1fr)]">
          <div className="space-y-5">
            {newServer && <Notice>{t('servers.newText')}</Notice>}
            {shown && version && <ShownVersion shown={shown} />}
            <FindSettings
              key={shown?.mailServerId}
              server={shown?.mailServerId ?? 'new'}
              providers={Object.fromEntries(presets.map(({ id, name }) => [id, name]))}
            />
            {proposed && <Proposed {...proposed} />}
            <MailServerForm
              // Another server or version is another form; what is saved here is not.
              key={`${server} ${version}`}
              server={shown}
              initial={proposed ?? initial}
              presets={[...presets]}
              testRecipient={viewer.email}
              newServer={newServer}
              leaveWhenSaved={newServer || Boolean(version)}
              redirectUri={oauthRedirectUri()}
            />
          </div>
          {shown && (
            <Aside
              viewer={viewer}
              shown={shown}
              server={servers.find(({ id }) => id === shown.mailServerId)}
            />
          )}
        </div>
      </div>
    </>
  )
}

/** Says which version the form holds, when it is not the one in force. */
async function ShownVersion({ shown: { number, state } }: { shown: MailServerView }) {
  const t = await getTranslations('mailSettings.history')
  return <Notice>{t(`shown.${state}`, { number })}</Notice>
}

/** Says what an address has brought into the form. */
async function Proposed({ host, port }: { host: string; port: string }) {
  const t = await getTranslations('findSettings')
  return (
    <Notice tone="success" role="status">
      {t('used', { server: `${host}:${port}` })}
    </Notice>
  )
}

type AsideProps = { viewer: Viewer; shown: MailServerView; server?: ListedServer }

async function Aside({ viewer, shown, server }: AsideProps) {
  const history = await mailServerHistory(viewer, shown.mailServerId)
  const tests = await testsOf(
    viewer,
    history.map(({ versionId }) => versionId),
  )
  return (
    <div className="space-y-6">
      {shown.settings.trustedCa && <TrustedCertificates pem={shown.settings.trustedCa} />}
      {server && <LimitsForm server={server} />}
      <VersionHistory history={history} tests={tests} />
    </div>
  )
}
