import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Notice } from '@/components/notice'
import { PassingNotice } from '@/components/passing-notice'
import { oauthRedirectUri } from '@/domain/mail-server/account-connection'
import { formFields } from '@/domain/mail-server/form-fields'
import { mayStandBy } from '@/domain/mail-server/saving'
import { readMailServer } from '@/domain/mail-server/versions'
import { readTest, reportOfTest, testsOf } from '@/domain/outbox/test-mail'
import type { Viewer } from '@/domain/viewer'
import { found } from '../../../found'
import { one, type SearchParams } from '../../../list-address'
import { MailServerForm } from '../mail-server-form'
import { ServerPage, serverIn, serverTitle } from '../server-page'
import { TestIntroduction } from '../test-introduction'
import type { PanelTest } from '../test-panel'
import { progressView } from '../test-view'
import { TrustedCertificates } from '../trusted-certificates'

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await serverTitle(params) }
}

/** The settings of one server, with the test of what they hold. */
export default async function MailServerPage({ params, searchParams }: Props) {
  const { viewer, server } = await serverIn(params)
  const query = await searchParams
  const [versionId, testId, notice] = [one(query.version), one(query.test), one(query.notice)]
  const shown = await found(readMailServer(viewer, { mailServerId: server.id, versionId }))
  if (shown?.mailServerId !== server.id) notFound()
  const t = await getTranslations('mailSettings')
  const draft = server.role === 'unsaved'
  const initial = formFields(shown.name, shown.settings)
  const [last] = await testsOf(viewer, [shown.versionId])
  return (
    <ServerPage server={server} tab="settings">
      <div className="space-y-5">
        {notice && t.has(`notices.${notice}`) && (
          <PassingNotice tone="success">{t(`notices.${notice}`)}</PassingNotice>
        )}
        {server.declared && <Notice>{t('servers.declaredText')}</Notice>}
        {draft && <Notice>{t('drafts.shown')}</Notice>}
        {!draft && shown.state !== 'active' && (
          <Notice>{t(`history.shown.${shown.state}`, { number: shown.number })}</Notice>
        )}
        <MailServerForm
          // Another version is another form; what is saved here is not.
          key={`${server.id} ${versionId}`}
          server={shown}
          initial={initial}
          testRecipient={viewer.email}
          leaveWhenSaved={draft || shown.state !== 'active'}
          redirectUri={oauthRedirectUri()}
          declared={server.declared}
          unfolded={shown.settings.provider === 'custom'}
          standby={await mayStandBy(viewer, server.id, shown.settings)}
          shown={testId ? await panelTest(viewer, testId) : null}
        >
          <TestIntroduction version={shown} last={last} />
        </MailServerForm>
        {shown.settings.trustedCa && (
          <div className="max-w-form">
            <TrustedCertificates pem={shown.settings.trustedCa} />
          </div>
        )}
      </div>
    </ServerPage>
  )
}

/** How long a page is kept back for the end of a test, in milliseconds: a browser without JavaScript loads it again. */
const patience = 4_000

/** A test as it stands. */
async function panelTest(viewer: Viewer, id: string): Promise<PanelTest | null> {
  // A form that was posted from here has an outcome of its own.
  if (!(await headers()).has('content-type')) await found(reportOfTest(viewer, id, patience))
  const progress = await found(readTest(viewer, id))
  return progress && { id, progress: await progressView(progress) }
}
