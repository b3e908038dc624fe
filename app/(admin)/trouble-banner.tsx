'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { Notice } from '@/components/notice'
import { TextLink } from '@/components/text-link'
import type { TroubleWords } from './trouble-words'

const everyMilliseconds = 30_000

/**
 * Says on every page of an administrator that mail does not flow, and where that can be mended. What came with the page is
 * asked for again after each step to another page, which does not load this frame anew, and now and then.
 */
export function TroubleBanner({ trouble }: { trouble: TroubleWords | null }) {
  const [later, setLater] = useState({ after: trouble, trouble })
  const place = usePathname()
  const loadedAt = useRef(place)
  const known = later.after === trouble ? later.trouble : trouble
  // The page of the mail servers says it at each server, with what helps; others say it, without a link to themselves.
  const shown = place === '/settings/mail' && known?.link?.href === place ? null : known

  useEffect(() => {
    let gone = false
    const ask = async () => {
      if (document.visibilityState !== 'visible') return
      const answer = await fetch('/api/trouble').catch(() => null)
      const told = answer?.ok && !answer.redirected ? await answer.json() : undefined
      if (told !== undefined && !gone) setLater({ after: trouble, trouble: told })
    }
    if (place !== loadedAt.current) void ask()
    loadedAt.current = place
    const timer = setInterval(ask, everyMilliseconds)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [place, trouble])

  return (
    <div aria-live="polite" className="mb-6 empty:hidden">
      {shown && (
        <Notice tone={shown.tone} title={shown.title}>
          {shown.lines.map(line => (
            <p key={line}>{line}</p>
          ))}
          {shown.link && shown.link.href !== place && (
            <p>
              <TextLink href={shown.link.href}>{shown.link.label}</TextLink>
            </p>
          )}
        </Notice>
      )}
    </div>
  )
}
