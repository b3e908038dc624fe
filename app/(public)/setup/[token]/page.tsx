import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { Card } from '@/components/card'
import { readSetup } from '@/domain/accounts/setup'
import { DeadLinkCard } from '../../dead-link'
import { SetupForm } from './setup-form'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('setup'))('title') }
}

export default async function SetupPage({ params }: Props) {
  const { token } = await params
  const { dead } = await readSetup(token)
  if (dead) return <DeadLinkCard dead={dead} purpose="setup" />
  const t = await getTranslations('setup')
  return (
    <Card title={t('title')}>
      <p className="text-sm">{t('lead')}</p>
      <SetupForm
        token={token}
        locale={await getLocale()}
        labels={{
          email: t('email'),
          firstName: t('firstName'),
          lastName: t('lastName'),
          password: t('password'),
          again: t('again'),
          help: t('help'),
          submit: t('submit'),
        }}
      />
    </Card>
  )
}
