'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Reads the page anew every so many milliseconds while somebody looks at it; without a number, not at all. */
export function KeepFresh({ every }: { every?: number }) {
  const router = useRouter()
  useEffect(() => {
    if (!every) return
    const timer = setInterval(() => document.visibilityState === 'visible' && router.refresh(), every)
    return () => clearInterval(timer)
  }, [every, router])
  return null
}
