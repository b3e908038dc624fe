'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useTransition } from 'react'

/**
 * Reads the page anew every so many milliseconds while somebody looks at it, and when they come back to it;
 * without a number, not at all. A slow page is not asked for again before it has come.
 */
export function KeepFresh({ every }: { every?: number }) {
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  useEffect(() => {
    if (!every || pending) return
    const refresh = () => document.visibilityState === 'visible' && startTransition(() => router.refresh())
    const timer = setInterval(refresh, every)
    document.addEventListener('visibilitychange', refresh)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', refresh)
    }
  }, [every, pending, router])
  return null
}
