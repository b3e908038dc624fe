import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { currentViewer } from '@/app/auth'
import { Card } from '@/components/card'
import { Notice } from '@/components/notice'
import { readActivation } from '@/domain/accounts/activation'
import { displayName } from '@/domain/accounts/user'
import { DeadLinkCard } from '../../dead-link'
import { LinkOpened } from '../../link-opened'
import { ActivateForm } from './activate-form'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('activate'))('title') }
}

export default async function ActivatePage({ params }: Props) {
  const { token } = await params
  const { live, dead } = await readActivation(token)
  if (dead) return <DeadLinkCard dead={dead} purpose="activation" />
  const t = await getTranslations('activate')
  const email = live.user?.email ?? ''
  const other = await currentViewer()
  return (
    <Card title={t('title')}>
      <LinkOpened purpose="activation" token={token} />
      {other && <Notice tone="info">{t('somebodyElse', { other: other.email, email })}</Notice>}
      <p className="text-sm wrap-anywhere">
        {t('lead', { name: (live.user && displayName(live.user)) || 'none', email })}
      </p>
      <ActivateForm
        token={token}
        email={email}
        labels={{ password: t('password'), again: t('again'), help: t('help'), submit: t('submit') }}
      />
    </Card>
  )
}
