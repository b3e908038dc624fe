'use client'

import { useTranslations } from 'next-intl'
import { Button } from '@/components/button'
import { EmptyState } from '@/components/empty-state'

/** A bug, or a database that is away. What it was stands in the log, not here. */
export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('error')
  return (
    <main id="main" className="mx-auto max-w-form px-4 py-16">
      <EmptyState title={t('title')} icon="settings" action={<Button onClick={reset}>{t('again')}</Button>}>
        {t('text')}
      </EmptyState>
    </main>
  )
}
