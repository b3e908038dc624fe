import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { currentViewer } from '@/app/auth'
import { LinkButton } from '@/components/button'
import { Card } from '@/components/card'
import { Notice } from '@/components/notice'
import { RenderedFor } from '@/components/rendered-for'
import { readEmailChange } from '@/domain/accounts/email-change'
import { DeadLinkCard } from '../../dead-link'
import { LinkOpened } from '../../link-opened'
import { ConfirmEmailForm } from './confirm-email-form'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('confirmEmail'))('title') }
}

export default async function ConfirmEmailPage({ params }: Props) {
  const { token } = await params
  const { live, dead } = await readEmailChange(token)
  if (dead) return <DeadLinkCard dead={dead} purpose="email-change" />
  const t = await getTranslations('confirmEmail')
  const viewer = await currentViewer()
  if (!viewer || viewer.id !== live.userId)
    return (
      <Card title={t('title')}>
        <LinkOpened purpose="email-change" token={token} />
        <Notice tone="info">{viewer ? t('somebodyElse', { other: viewer.email }) : t('signInFirst')}</Notice>
        {viewer ? (
          <LinkButton href="/profile" variant="secondary">
            {t('toProfile')}
          </LinkButton>
        ) : (
          <LinkButton href={`/login?next=/confirm-email/${encodeURIComponent(token)}`} variant="primary">
            {t('signIn')}
          </LinkButton>
        )}
      </Card>
    )
  return (
    <Card title={t('title')}>
      <LinkOpened purpose="email-change" token={token} />
      <p className="text-sm wrap-anywhere">
        {t('lead', { oldEmail: viewer.email, newEmail: live.newEmail ?? '' })}
      </p>
      <RenderedFor id={viewer.id}>
        <ConfirmEmailForm token={token} submit={t('submit')} />
      </RenderedFor>
    </Card>
  )
}
