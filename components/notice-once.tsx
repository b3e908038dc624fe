'use client'

import { type ReactNode, useEffect } from 'react'
import { Notice } from './notice'

/** What was done, told by the address that led here: it stays until the page is left, and a reload does not repeat it. */
export function NoticeOnce({ children }: { children: ReactNode }) {
  useEffect(() => {
    const { pathname, search, hash } = location
    const query = new URLSearchParams(search)
    query.delete('notice')
    query.delete('saved')
    // Not by the router: it would ask for the page without the notice.
    history.replaceState(history.state, '', `${pathname}${query.size > 0 ? `?${query}` : ''}${hash}`)
  }, [])
  return (
    <Notice tone="success" role="status">
      {children}
    </Notice>
  )
}
