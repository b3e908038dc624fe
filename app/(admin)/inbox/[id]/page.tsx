import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { CopyField } from '@/components/copy-field'
import { DescriptionList } from '@/components/description-list'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { readInboxMail } from '@/domain/inbox/inbox'
import { found, idIn } from '../../found'
import { type Look, MailLook } from './mail-look'
import { MailView, type View, views } from './mail-view'
import { MarkRead } from './mark-read'

type Props = {
  params: Promise<{ id: string }>
  searchParams: Promise<{ view?: string; width?: string; theme?: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { subject } = await found(readInboxMail(await requireViewer(), await idIn(params)))
  return { title: subject || (await getTranslations('inbox'))('noSubject') }
}

export default async function InboxMailPage({ params, searchParams }: Props) {
  const viewer = await requireViewer()
  const mail = await found(readInboxMail(viewer, await idIn(params)))
  const t = await getTranslations('inbox')
  const asked = await searchParams
  const view: View = views.find(known => known === asked.view) ?? (mail.html ? 'html' : 'text')
  const look: Look = {
    width: asked.width === 'phone' ? 'phone' : 'desktop',
    theme: asked.theme === 'light' || asked.theme === 'dark' ? asked.theme : 'own',
  }
  return (
    <>
      <PageHeader title={mail.subject || t('noSubject')} back={{ href: '/inbox', label: t('title') }} />
      <div className="space-y-4">
        <DescriptionList
          items={[
            { term: t('from'), value: mail.from },
            { term: t('to'), value: mail.recipients.join(', ') },
            { term: t('received'), value: await moment(mail.receivedAt) },
          ]}
        />
        {mail.link && <CopyField label={t('link')} text={mail.link} copyLabel={t('copyLink')} />}
        <FilterChips
          label={t('views.label')}
          chips={views.map(choice => ({
            href: `/inbox/${mail.id}?view=${choice}`,
            label: t(`views.${choice}`),
            current: choice === view,
          }))}
        />
        {view === 'html' && mail.html && <MailLook id={mail.id} look={look} />}
        <MailView mail={mail} view={view} look={look} />
        {!mail.readAt && <MarkRead id={mail.id} viewerId={viewer.id} />}
      </div>
    </>
  )
}
