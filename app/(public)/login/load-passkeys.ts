/**
 * Fetches the script for passkeys where the browser can offer them in the field of the address; others need nothing of
 * it. It travels as text (see public-page.tsx), so it knows nothing from outside of its own body.
 */
export function loadPasskeys(): void {
  const able = window.PublicKeyCredential?.isConditionalMediationAvailable
  if (!able) return
  able
    .call(PublicKeyCredential)
    .then(yes => {
      if (!yes) return
      const script = document.createElement('script')
      script.src = '/login/passkey/script'
      document.head.append(script)
    })
    .catch(() => {})
}
