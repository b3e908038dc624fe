'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { Button, SubmitButton } from '@/components/button'
import { Dialog } from '@/components/dialog'
import { useForm } from '@/components/form-context'
import type { FormState } from '@/lib/form-state'
import type { MailServerOutcome } from './actions'

/**
 * Asks before settings are saved that no test mail has gone through, and what the server is to be. Without JavaScript
 * the question stands in the page, with buttons of its own.
 */
export function SaveQuestion({ state }: { state: FormState<MailServerOutcome> }) {
  const t = useTranslations('mailSettings.ask')
  const [open, setOpen] = useState(false)
  const { form } = useForm()
  const first = useRef<HTMLButtonElement>(null)
  const ask = state.data?.ask
  const said = state.data?.said
  useEffect(() => setOpen(Boolean(state.data?.ask) && !state.proof), [state])
  if (!ask) return null
  const send = (intent: string) => {
    setOpen(false)
    const button = form.current?.querySelector<HTMLButtonElement>(`button[name=intent][value="${intent}"]`)
    if (button) form.current?.requestSubmit(button)
  }
  const answers =
    ask === 'save-place'
      ? [
          { intent: 'standby', label: t('standby') },
          { intent: 'primary', label: t('primary') },
        ].map(({ intent, label }) => ({
          intent: `${said?.untested ? 'anyway' : 'save'}-${intent}`,
          label,
        }))
      : [
          // What it is to be is not asked again.
          { intent: said && said.as !== 'ask' ? `anyway-${said.as}` : 'save-anyway', label: t('anyway') },
          { intent: 'test', label: t('test') },
        ]
  const disabled = state.data?.disabled ? 'yes' : 'no'
  const text = ask === 'save-place' ? t('placeText', { disabled }) : t('text')
  return (
    <>
      <div className="hidden space-y-2 border-line border-t pt-3 noscript:block">
        <p>{text}</p>
        <div className="flex flex-wrap gap-2">
          {answers.map(({ intent, label }) => (
            <SubmitButton key={intent} name="intent" value={intent} variant="secondary">
              {label}
            </SubmitButton>
          ))}
        </div>
      </div>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t(ask, { name: state.data?.name ?? '' })}
        // The answer that most people want has the focus, and it is a safe one.
        initialFocus={first}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>{t('back')}</Button>
            {answers.map(({ intent, label }, at) => (
              <Button
                key={intent}
                ref={at === 1 ? first : undefined}
                variant={at === 1 ? 'primary' : 'secondary'}
                onClick={() => send(intent)}
              >
                {label}
              </Button>
            ))}
          </>
        }
      >
        {text}
      </Dialog>
    </>
  )
}
