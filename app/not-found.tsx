import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { PageHeader } from '@/components/page-header'

export default async function NotFound() {
  const t = await getTranslations('error')
  return (
    <main id="main" className="mx-auto max-w-form px-4 py-16">
      <PageHeader title={t('notFoundTitle')} description={t('notFoundText')} />
      <LinkButton href="/">{t('home')}</LinkButton>
    </main>
  )
}
