'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { proofNames } from '@/lib/proof-question'
import { Button, SubmitButton } from './button'
import { PasswordField, TextField } from './fields'
import { useForm } from './form-context'
import { Notice } from './notice'

/**
 * Asks inside a form who it is, before what the form was sent for is done. What was typed around it stays; secrets go
 * without JavaScript, as they are never sent back.
 */
export function ProofQuestion() {
  const t = useTranslations('components.proof')
  const { state } = useForm()
  const { proof } = state
  const password = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (proof) password.current?.querySelector('input')?.focus()
  }, [proof])
  if (!proof) return null
  const { email, withCode, passkeyFrom, typedSecrets } = proof
  return (
    <section
      aria-label={t('title')}
      data-proof
      className="max-w-form space-y-4 rounded-lg border border-line bg-surface p-5"
    >
      <div className="space-y-1">
        <h2 className="font-medium text-base">{t('title')}</h2>
        <p className="text-muted text-sm">{t('text')}</p>
      </div>
      {/* So that password managers offer the password of the right account. */}
      <input type="email" name="username" value={email} autoComplete="username" readOnly hidden />
      <div ref={password}>
        <PasswordField
          name={proofNames.password}
          label={t('password')}
          autoComplete="current-password"
          required
        />
      </div>
      {withCode && (
        <TextField
          name={proofNames.code}
          label={t('code')}
          help={t('codeHelp')}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          width="medium"
          required
        />
      )}
      {typedSecrets.length > 0 && (
        <>
          <input type="hidden" name={proofNames.typedSecrets} value={typedSecrets.join(' ')} />
          <p className="hidden text-sm noscript:block">{t('secrets')}</p>
        </>
      )}
      <div className="flex flex-wrap gap-2">
        <SubmitButton name={proofNames.given} value="yes">
          {t('confirm')}
        </SubmitButton>
        {passkeyFrom && <PasskeyProof from={passkeyFrom} />}
      </div>
    </section>
  )
}

/** Has the browser show a passkey, and sends it with the form around. */
export function PasskeyProof({ from }: { from: string }) {
  const t = useTranslations('components.proof')
  const [ready, setReady] = useState(false)
  const [failed, setFailed] = useState(false)
  const shown = useRef<HTMLInputElement>(null)
  const send = useRef<HTMLButtonElement>(null)
  const { pending } = useForm()
  useEffect(() => setReady('PublicKeyCredential' in window), [])

  const show = async () => {
    setFailed(false)
    try {
      const { startAuthentication } = await import('@simplewebauthn/browser')
      const answer = await fetch(from, { method: 'POST' })
      if (!answer.ok) return setFailed(true)
      const passkey = await startAuthentication({ optionsJSON: await answer.json() })
      if (!shown.current) return
      shown.current.value = JSON.stringify(passkey)
      send.current?.form?.requestSubmit(send.current)
      shown.current.value = ''
    } catch {
      setFailed(true)
    }
  }

  return (
    <>
      <input type="hidden" name={proofNames.passkey} ref={shown} />
      <button type="submit" name={proofNames.given} value="yes" ref={send} hidden />
      {ready && (
        <Button onClick={show} aria-disabled={pending || undefined}>
          {t('passkey')}
        </Button>
      )}
      {failed && (
        <div className="w-full">
          <Notice tone="danger" role="alert">
            {t('passkeyFailed')}
          </Notice>
        </div>
      )}
    </>
  )
}
