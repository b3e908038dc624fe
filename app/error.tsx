'use client'

import { unstable_isUnrecognizedActionError } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/button'
import { EmptyState } from '@/components/empty-state'

/**
 * A bug, a database that is away, or a page that is older than the server: its parts and actions are not
 * there any more, and rendering it again would fail again. What it was stands in the log, not here.
 */
export default function ErrorPage({ error, reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('error')
  const old = error.name === 'ChunkLoadError' || unstable_isUnrecognizedActionError(error)
  return (
    <main id="main" className="mx-auto max-w-form px-4 py-16">
      <div role="alert">
        <EmptyState
          title={t(old ? 'updatedTitle' : 'title')}
          icon="settings"
          action={
            <Button onClick={old ? () => location.reload() : reset}>{t(old ? 'reload' : 'again')}</Button>
          }
        >
          {t(old ? 'updatedText' : 'text')}
        </EmptyState>
      </div>
    </main>
  )
}
