import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { DescriptionList } from '@/components/description-list'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/section'
import { presets } from '@/domain/mail-server/presets'
import { type MailServerView, readMailServer } from '@/domain/mail-server/versions'
import { found } from '../../found'
import { MailServerForm } from './mail-server-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('mailSettings'))('title') }
}

export default async function MailSettingsPage() {
  const viewer = await requireViewer()
  const server = await found(readMailServer(viewer))
  const t = await getTranslations('mailSettings')
  return (
    <>
      <PageHeader title={t('title')} description={t(server ? 'description' : 'none')} />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,40rem)_minmax(0,1fr)]">
        <MailServerForm
          server={server}
          presets={presets.map(({ id, name, host, port, encryption, authentication, username }) => ({
            id,
            name,
            host,
            port,
            encryption,
            authentication,
            username,
          }))}
          testRecipient={viewer.email}
        />
        {server && <Now server={server} />}
      </div>
    </>
  )
}

/** What is in force, as long as nothing else is saved. */
async function Now({ server }: { server: MailServerView }) {
  const t = await getTranslations('mailSettings')
  const { settings, test, savedAt } = server
  return (
    <Section title={t('now.title')} description={t('now.description')}>
      <DescriptionList
        items={[
          { term: t('name'), value: server.name },
          { term: t('host'), value: `${settings.host}:${settings.port}` },
          { term: t('encryption'), value: t(`encryptions.${settings.encryption}`) },
          { term: t('mailFrom'), value: settings.mailFrom },
          { term: t('now.saved'), value: savedAt && (await moment(savedAt)) },
          {
            term: t('now.tested'),
            value: test ? t(`now.results.${test.result}`, { at: await moment(test.at) }) : t('now.untested'),
          },
        ]}
      />
    </Section>
  )
}
