'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { timeZoneCookie } from '@/lib/time-zone'

type Props = {
  /** The zone that the page was made in; without it nothing on the page depends on that. */
  known?: string
}

/** Tells the server in which time zone this browser is, and has a page made anew that knew another one. */
export function TimeZoneCookie({ known }: Props) {
  const router = useRouter()
  useEffect(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    const cookie = `${timeZoneCookie}=${timeZone}`
    if (!timeZone || document.cookie.split('; ').includes(cookie)) return
    const secure = location.protocol === 'https:' ? '; secure' : ''
    // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a cookie store
    document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${secure}`
    if (known && known !== timeZone) router.refresh()
  }, [known, router])
  return null
}
