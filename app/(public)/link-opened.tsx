'use client'

import { useEffect } from 'react'

type Props = { purpose: 'activation' | 'password-reset' | 'email-change'; token: string }

/**
 * Tells the server, once the page can be seen, that the link was opened. Reading the page changes nothing:
 * whoever only fetches it, as scanners of mails do, leaves no trace.
 */
export function LinkOpened({ purpose, token }: Props) {
  useEffect(() => {
    const tell = () => {
      if (document.visibilityState !== 'visible') return
      document.removeEventListener('visibilitychange', tell)
      const body = JSON.stringify({ purpose, token })
      // Nobody waits for the answer, and a page that is left at once has been opened all the same.
      fetch('/api/link-opened', { method: 'POST', body, keepalive: true }).catch(() => {})
    }
    document.addEventListener('visibilitychange', tell)
    tell()
    return () => document.removeEventListener('visibilitychange', tell)
  }, [purpose, token])
  return null
}
