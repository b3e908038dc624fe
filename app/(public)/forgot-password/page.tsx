import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Card } from '@/components/card'
import { TextLink } from '@/components/text-link'
import { LinkRequestForm } from './link-request-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('forgotPassword'))('title') }
}

export default async function ForgotPasswordPage() {
  const t = await getTranslations('forgotPassword')
  return (
    <Card title={t('title')} footer={<TextLink href="/login">{t('back')}</TextLink>}>
      <p className="text-sm">{t('lead')}</p>
      <LinkRequestForm labels={{ email: t('email'), submit: t('submit') }} />
    </Card>
  )
}
