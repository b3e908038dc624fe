/**
 * Lets a passkey be shown. It travels as text (see public-page.tsx), so it knows nothing from outside of its own body.
 * Where the form says `data-autofill`, the browser offers passkeys in the field of the address too.
 */
export function offerPasskey(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-passkey]')
  const field = form?.querySelector<HTMLInputElement>('input[name=passkey]')
  const button = form?.querySelector('button')
  const failed = form?.querySelector<HTMLElement>('[role=alert]')
  if (!form || !field || !button || !failed || !window.PublicKeyCredential) return
  const bytes = (text: string) =>
    Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), sign => sign.charCodeAt(0))
  const text = (buffer: ArrayBuffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=+$/, '')
  const autofill = form.dataset.autofill !== undefined
  // A browser shows one question at a time.
  let asking = new AbortController()

  const show = async (mediation?: 'conditional') => {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const answer = await fetch(form.dataset.passkey ?? '', { method: 'POST', signal })
    // The time for it is over: the page says what to do.
    if (!answer.ok && !autofill) return location.reload()
    const options = await answer.json()
    const credential = (await navigator.credentials.get({
      signal,
      mediation,
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: (options.allowCredentials ?? []).map((one: { id: string }) => ({
          ...one,
          id: bytes(one.id),
        })),
      },
    })) as PublicKeyCredential
    const { authenticatorData, clientDataJSON, signature, userHandle } =
      credential.response as AuthenticatorAssertionResponse
    field.value = JSON.stringify({
      id: credential.id,
      rawId: credential.id,
      type: credential.type,
      clientExtensionResults: {},
      response: {
        authenticatorData: text(authenticatorData),
        clientDataJSON: text(clientDataJSON),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : undefined,
      },
    })
    form.submit()
  }

  form.hidden = false
  button.addEventListener('click', () => {
    failed.hidden = true
    show().catch(() => {
      failed.hidden = false
      offer()
    })
  })

  // What is asked is good for ten minutes; a page may stay open for longer.
  const offer = () => {
    // Nobody asked for it: where it does not work, nothing is said.
    if (autofill) show('conditional').catch(() => {})
  }
  offer()
  if (autofill)
    setInterval(() => {
      if (document.visibilityState === 'visible') offer()
    }, 9 * 60_000)
}
