'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useId, useState } from 'react'
import { CopyField } from '@/components/copy-field'
import { copyText } from '@/components/copy-text'
import { buttonClasses } from '@/components/looks'
import { QrCode } from '@/components/qr-code'
import type { QrDrawing } from '@/lib/qr'

/** A link for somebody who does not get it by mail, and what a camera reads it from. */
export type HandedLink = {
  link: string
  /** What does the same, for the telephone, and where it is typed */
  code: string
  codeUrl: string
  qr: QrDrawing
  /** The code was asked for, not the text. */
  scan?: boolean
}

type Props = {
  shown: HandedLink
  labels: { link: string; copy: string }
  /** What to do with it; without it the link was not asked for to be copied. */
  help?: string
}

/** The link that was asked for: on the clipboard already if the browser lets us, and to be seen in any case. */
export function LinkToHandOver({ shown, labels, help }: Props) {
  const [outcome, setOutcome] = useState<'copied' | 'copyFailed'>()
  const id = useId()
  const t = useTranslations('components')
  const { link, code, codeUrl, qr, scan } = shown
  const copies = help !== undefined && !scan

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time it was asked for
  useEffect(() => {
    let gone = false
    setOutcome(undefined)
    if (copies) copyText(link).then(copied => gone || setOutcome(copied ? 'copied' : 'copyFailed'))
    return () => {
      gone = true
    }
  }, [shown])

  const drawing = <QrCode drawing={qr} label={t('qrCode', { what: labels.link })} />
  return (
    <div className="space-y-1.5">
      <CopyField label={labels.link} text={link} copyLabel={labels.copy}>
        {!scan && (
          <button type="button" popoverTarget={id} className={buttonClasses()}>
            {t('showQr')}
          </button>
        )}
      </CopyField>
      {help && (
        <p role="status" className="text-muted text-sm">
          {outcome && <>{t(outcome)} · </>}
          {help}
        </p>
      )}
      <p className="text-muted text-sm wrap-anywhere">
        {t.rich('linkCode', {
          url: codeUrl,
          code: () => <span className="font-mono text-ink">{code}</span>,
        })}
      </p>
      {scan ? (
        drawing
      ) : (
        <div
          id={id}
          popover="auto"
          className="m-auto w-80 max-w-[90vw] rounded-lg border border-line bg-surface p-6 text-ink shadow-lg backdrop:bg-veil"
        >
          <div className="flex flex-col items-center gap-4">
            {drawing}
            <button type="button" popoverTarget={id} popoverTargetAction="hide" className={buttonClasses()}>
              {t('close')}
            </button>
          </div>
        </div>
      )}
    </div>
  )
}
