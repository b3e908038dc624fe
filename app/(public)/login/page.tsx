import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { atOtherAddress, currentViewer } from '@/app/auth'
import { Card } from '@/components/card'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import { env } from '@/lib/env'
import { one, type SearchParams } from '../../(admin)/list-address'
import { LoginForm } from './login-form'
import { safePath } from './safe-path'

type Props = { searchParams: SearchParams }

const notices = ['password-set', 'signed-out', 'signed-out-everywhere', 'sign-in-to-confirm']

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('login'))('title') }
}

export default async function LoginPage({ searchParams }: Props) {
  const { next, notice, error } = await searchParams.then(asked => ({
    next: one(asked.next),
    notice: one(asked.notice),
    error: one(asked.error),
  }))
  if (await currentViewer()) redirect(safePath(next))
  const t = await getTranslations('login')
  const refusals = await getTranslations('refusals')
  return (
    <Card title={t('title')}>
      {notice && notices.includes(notice) && (
        <Notice tone="success" role="status">
          {t(`notices.${notice}`)}
        </Notice>
      )}
      {error && (
        <Notice tone="danger" role="alert">
          {error === 'unavailable' ? t('unavailable') : refusals('sign-in-failed')}
        </Notice>
      )}
      {(await atOtherAddress()) && (
        <Notice tone="warning">
          <p>{t('otherAddress', { url: env().appUrl })}</p>
          <p>
            <TextLink href={`${env().appUrl}/login`}>{t('toAddress', { url: env().appUrl })}</TextLink>
          </p>
        </Notice>
      )}
      <LoginForm
        next={safePath(next)}
        labels={{ email: t('email'), password: t('password'), submit: t('submit') }}
        forgot={<TextLink href="/forgot-password">{t('forgot')}</TextLink>}
      />
    </Card>
  )
}
