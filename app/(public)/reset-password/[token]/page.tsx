import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { currentViewer } from '@/app/auth'
import { Card } from '@/components/card'
import { Notice } from '@/components/notice'
import { readPasswordReset } from '@/domain/accounts/password-reset'
import { DeadLinkCard } from '../../dead-link'
import { LinkOpened } from '../../link-opened'
import { ResetPasswordForm } from './reset-password-form'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('resetPassword'))('title') }
}

export default async function ResetPasswordPage({ params }: Props) {
  const { token } = await params
  const { live, dead } = await readPasswordReset(token)
  if (dead) return <DeadLinkCard dead={dead} purpose="password-reset" />
  const t = await getTranslations('resetPassword')
  const email = live.user?.email ?? ''
  const viewer = await currentViewer()
  const other = viewer && viewer.id !== live.userId ? viewer.email : null
  return (
    <Card title={t('title')}>
      <LinkOpened purpose="password-reset" token={token} />
      {other && <Notice tone="info">{t('somebodyElse', { other, email })}</Notice>}
      <p className="text-sm wrap-anywhere">{t('lead', { email })}</p>
      <ResetPasswordForm
        token={token}
        email={email}
        labels={{ password: t('password'), again: t('again'), help: t('help'), submit: t('submit') }}
      />
    </Card>
  )
}
