'use client'

import { Check, Copy } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from './button'
import { copyText } from './copy-text'
import type { ButtonVariant } from './looks'

type Props = { text: string; label: string; variant?: ButtonVariant }

/** Copies a text and says so. Without JavaScript it is not there: show the text itself beside it. */
export function CopyButton({ text, label, variant = 'secondary' }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'failed'>()
  const t = useTranslations('components')
  return (
    <span className="inline-flex flex-wrap items-center gap-2 noscript:hidden">
      <Button
        variant={variant}
        onClick={async () => setOutcome((await copyText(text)) ? 'copied' : 'failed')}
        onBlur={() => setOutcome(undefined)}
      >
        {outcome === 'copied' ? (
          <Check aria-hidden className="size-4" />
        ) : (
          <Copy aria-hidden className="size-4" />
        )}
        {label}
      </Button>
      {outcome && (
        <span role="status" className="text-muted text-sm">
          {outcome === 'copied' ? t('copied') : t('copyFailed')}
        </span>
      )}
    </span>
  )
}
