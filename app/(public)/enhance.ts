/**
 * What a public page does beside what HTML does by itself. It travels as text (see public-page.tsx), so it
 * knows nothing from outside of its own body.
 */
export function enhance(): void {
  const { opened, zoneCookie } = document.currentScript?.dataset ?? {}
  const hiders: (() => void)[] = []

  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-reveals]')) {
    const field = document.getElementById(button.dataset.reveals ?? '') as HTMLInputElement | null
    if (!field) continue
    const { show = '', hide = '' } = button.dataset
    const reveal = (shown: boolean) => {
      field.type = shown ? 'text' : 'password'
      button.textContent = shown ? hide : show
    }
    button.hidden = false
    field.style.paddingInlineEnd = '4rem'
    button.addEventListener('click', () => reveal(field.type === 'password'))
    hiders.push(() => reveal(false))
  }

  for (const form of document.forms) {
    const button = form.querySelector<HTMLButtonElement>('button[type=submit]')
    form.addEventListener('submit', event => {
      if (button?.ariaDisabled) return event.preventDefault()
      // Hidden again before it is sent, or browsers would remember a password as ordinary text.
      for (const hide of hiders) hide()
      if (button) button.ariaDisabled = 'true'
    })
    // A page that comes back from the browser's memory is as it was left.
    addEventListener('pageshow', () => {
      if (button) button.ariaDisabled = null
    })
  }

  // As components/time-zone-cookie.tsx does: the first page behind the sign-in knows the reader's time already.
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const secure = location.protocol === 'https:' ? '; secure' : ''
  if (zoneCookie && timeZone)
    // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a cookie store
    document.cookie = `${zoneCookie}=${timeZone}; path=/; max-age=31536000; samesite=lax${secure}`

  // What was just done is told once, not when the page is loaded again.
  const address = new URL(location.href)
  if (address.searchParams.has('notice')) {
    address.searchParams.delete('notice')
    history.replaceState(null, '', address)
  }

  if (!opened) return
  // Reading the page changes nothing: whoever only fetches it, as scanners of mails do, leaves no trace.
  const tell = () => {
    if (document.visibilityState !== 'visible') return
    document.removeEventListener('visibilitychange', tell)
    // Nobody waits for the answer, and a page that is left at once has been opened all the same.
    fetch('/api/link-opened', { method: 'POST', body: opened, keepalive: true }).catch(() => {})
  }
  document.addEventListener('visibilitychange', tell)
  tell()
}
