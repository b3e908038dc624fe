import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Card } from '@/components/card'
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
  return (
    <Card title={t('title')}>
      <LinkOpened purpose="password-reset" token={token} />
      <p className="text-sm wrap-anywhere">{t('lead', { email: live.user?.email ?? '' })}</p>
      <ResetPasswordForm
        token={token}
        email={live.user?.email ?? ''}
        labels={{ password: t('password'), again: t('again'), help: t('help'), submit: t('submit') }}
      />
    </Card>
  )
}
