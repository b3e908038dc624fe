'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { type Facts, openedName } from '@/lib/meanwhile'
import { buttonClasses } from './looks'

/** What a form that was sent hands back: what it counts as opened with now, and what somebody else has changed. */
export type Seen = { opened: Facts; differing: { label: string; yours: string; theirs: string }[] }

/**
 * Stands inside a form whose thing others may change too. It says what the form was opened with; after somebody else
 * was faster it shows both, and the form is saved over it when it is sent again.
 */
export function Meanwhile({ opened, seen }: { opened: Facts; seen?: Seen }) {
  // The page may be made anew while somebody types; what they look at is what they began with.
  const [begun] = useState(opened)
  const t = useTranslations('components.meanwhile')
  return (
    <>
      <input type="hidden" name={openedName} value={JSON.stringify(seen?.opened ?? begun)} />
      {seen && seen.differing.length > 0 && (
        <div className="space-y-3 rounded-md border border-line p-4 text-sm">
          <dl className="divide-y divide-line">
            {seen.differing.map(({ label, yours, theirs }) => (
              <div key={label} className="grid gap-x-4 gap-y-1 py-2 first:pt-0 sm:grid-cols-3">
                <dt className="font-medium">{label}</dt>
                <dd className="wrap-anywhere">
                  <span className="text-muted">{t('theirs')}</span> {theirs || t('nothing')}
                </dd>
                <dd className="wrap-anywhere">
                  <span className="text-muted">{t('yours')}</span> {yours || t('nothing')}
                </dd>
              </div>
            ))}
          </dl>
          {/* The page anew: what was typed goes. */}
          <a href="?" className={buttonClasses()}>
            {t('takeTheirs')}
          </a>
        </div>
      )}
    </>
  )
}
