'use client'

import { useTranslations } from 'next-intl'
import { LinkButton } from '@/components/button'
import { PageHeader } from '@/components/page-header'

/** A client component: Next sends along with every page what would stand here, and this way it is one reference. */
export function NotFoundPage() {
  const t = useTranslations('error')
  return (
    <>
      <PageHeader title={t('notFoundTitle')} description={t('notFoundText')} />
      <LinkButton href="/">{t('home')}</LinkButton>
    </>
  )
}
