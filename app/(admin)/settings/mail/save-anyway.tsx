'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Button, SubmitButton } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { useForm } from '@/components/form-context'
import type { FormState } from '@/lib/form-state'
import type { MailServerOutcome } from './actions'

/**
 * Asks before settings are saved that no test mail has gone through. Without JavaScript the question
 * stands in the page, with a button of its own.
 */
export function SaveAnyway({ state }: { state: FormState<MailServerOutcome> }) {
  const t = useTranslations('mailSettings.ask')
  const [open, setOpen] = useState(false)
  const { form } = useForm()
  const test = useRef<HTMLButtonElement>(null)
  const ask = state.data?.ask
  useEffect(() => setOpen(Boolean(state.data?.ask)), [state])
  const send = (intent: string) => {
    setOpen(false)
    const button = form.current?.querySelector<HTMLButtonElement>(`button[name=intent][value="${intent}"]`)
    if (button) form.current?.requestSubmit(button)
  }
  if (!ask) return null
  return (
    <>
      <div className="hidden space-y-2 border-line border-t pt-4 text-sm noscript:block">
        <p>{t('text')}</p>
        <SubmitButton name="intent" value="save-anyway" variant="danger">
          {t('anyway')}
        </SubmitButton>
      </div>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t(`${ask}`)}
        // The safe answer has the focus.
        initialFocus={test}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>{t('back')}</Button>
            <Button onClick={() => send('save-anyway')}>{t('anyway')}</Button>
            <Button ref={test} variant="primary" onClick={() => send('test')}>
              {t('test')}
            </Button>
          </>
        }
      >
        {t('text')}
      </Dialog>
    </>
  )
}
