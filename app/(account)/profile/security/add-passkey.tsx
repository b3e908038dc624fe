'use client'

import { startRegistration } from '@simplewebauthn/browser'
import { useEffect, useRef, useState } from 'react'
import { Button } from '@/components/button'
import { useForm } from '@/components/form-context'
import { Notice } from '@/components/notice'

type Props = { labels: Record<'addPasskey' | 'passkeyNeedsScript' | 'passkeyFailed', string> }

/** Has the browser make a passkey and sends it with the form around. Without JavaScript it says so. */
export function AddPasskey({ labels }: Props) {
  const [ready, setReady] = useState(false)
  const [failed, setFailed] = useState(false)
  const made = useRef<HTMLInputElement>(null)
  const send = useRef<HTMLButtonElement>(null)
  const { pending } = useForm()
  useEffect(() => setReady('PublicKeyCredential' in window), [])

  const make = async () => {
    setFailed(false)
    try {
      const answer = await fetch('/profile/security/passkey', { method: 'POST' })
      // The proof is too old by now: the page asks for another.
      if (!answer.ok) return location.reload()
      const passkey = await startRegistration({ optionsJSON: await answer.json() })
      if (!made.current) return
      made.current.value = JSON.stringify(passkey)
      send.current?.form?.requestSubmit(send.current)
      made.current.value = ''
    } catch {
      setFailed(true)
    }
  }

  return (
    <>
      <noscript>
        <p className="text-muted text-sm">{labels.passkeyNeedsScript}</p>
      </noscript>
      {ready && (
        <Button onClick={make} aria-disabled={pending || undefined}>
          {labels.addPasskey}
        </Button>
      )}
      <input type="hidden" name="passkey" ref={made} />
      <button type="submit" name="what" value="add-passkey" ref={send} hidden />
      {failed && (
        <div className="w-full">
          <Notice tone="danger" role="alert">
            {labels.passkeyFailed}
          </Notice>
        </div>
      )}
    </>
  )
}
