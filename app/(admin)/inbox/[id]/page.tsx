import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requireViewer } from '@/app/auth'
import { moment } from '@/app/moment'
import { DescriptionList } from '@/components/description-list'
import { FilterChips } from '@/components/filter-chips'
import { PageHeader } from '@/components/page-header'
import { readInboxMail } from '@/domain/inbox/inbox'
import { found, idIn } from '../../found'
import { MailView, type View, views } from './mail-view'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ view?: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { subject } = await found(readInboxMail(await requireViewer(), await idIn(params)))
  return { title: subject || (await getTranslations('inbox'))('noSubject') }
}

export default async function InboxMailPage({ params, searchParams }: Props) {
  const mail = await found(readInboxMail(await requireViewer(), await idIn(params)))
  const t = await getTranslations('inbox')
  const asked = (await searchParams).view
  const view: View = views.find(known => known === asked) ?? (mail.html ? 'html' : 'text')
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
        <FilterChips
          label={t('views.label')}
          chips={views.map(choice => ({
            href: `/inbox/${mail.id}?view=${choice}`,
            label: t(`views.${choice}`),
            current: choice === view,
          }))}
        />
        <MailView mail={mail} view={view} />
      </div>
    </>
  )
}
