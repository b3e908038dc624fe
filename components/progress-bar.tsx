'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'
import { followedLink } from './followed-link'

/** So long nothing is shown: what is there by then has not been waited for. */
const silentMilliseconds = 300

/** A thin bar while the next page is on its way. */
export function ProgressBar() {
  const here = `${usePathname()}?${useSearchParams()}`
  const [from, setFrom] = useState<string>()
  const [shown, setShown] = useState<string>()

  useEffect(() => {
    const begin = (event: MouseEvent) => {
      if (followedLink(event)) setFrom(here)
    }
    // After everybody who may stop it.
    window.addEventListener('click', begin)
    return () => window.removeEventListener('click', begin)
  }, [here])

  useEffect(() => {
    if (from === undefined) return
    const timer = setTimeout(() => setShown(from), silentMilliseconds)
    return () => clearTimeout(timer)
  }, [from])

  if (shown !== here || from !== here) return null
  return (
    <div aria-hidden className="fixed inset-x-0 top-0 z-50 h-0.5 overflow-hidden">
      <div className="h-full w-1/3 bg-accent motion-safe:animate-progress" />
    </div>
  )
}
