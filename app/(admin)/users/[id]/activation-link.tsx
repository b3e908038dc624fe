'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { CopyField } from '@/components/copy-field'
import { copyText } from '@/components/copy-text'

type Props = { shown: { link: string }; labels: { activationLink: string; copy: string; linkReady: string } }

/** The link that was asked for: on the clipboard already if the browser lets us, and to be seen in any case. */
export function ActivationLink({ shown, labels }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed'>()
  const t = useTranslations('components')

  useEffect(() => {
    let gone = false
    copyText(shown.link).then(copied => gone || setOutcome(copied ? 'copied' : 'copyFailed'))
    return () => {
      gone = true
    }
  }, [shown])

  return (
    <div className="space-y-1.5">
      <CopyField label={labels.activationLink} text={shown.link} copyLabel={labels.copy} />
      <p role="status" className="text-muted text-sm">
        {outcome ? t(outcome) : labels.linkReady}
      </p>
    </div>
  )
}
