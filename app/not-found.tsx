import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'

export default async function NotFound() {
  const t = await getTranslations('error')
  return (
    <main id="main" className="mx-auto max-w-form px-4 py-16">
      <EmptyState
        title={t('notFoundTitle')}
        icon="search"
        action={<LinkButton href="/">{t('home')}</LinkButton>}
      >
        {t('notFoundText')}
      </EmptyState>
    </main>
  )
}
