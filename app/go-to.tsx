'use client'

import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { Icon } from '@/components/icon'
import type { Place } from './api/look-up/route'
import type { GoToWords } from './go-to-dialog'

const GoToDialog = dynamic(() => import('./go-to-dialog').then(part => part.GoToDialog))

type Props = { pages: Place[]; looksUp: boolean; words: GoToWords & { open: string } }

/** Opens, by a press or by Ctrl K, where one goes to any page, user, tenant or mail by a few letters. */
export function GoTo({ pages, looksUp, words }: Props) {
  const [open, setOpen] = useState(false)

  useEffect(() => {
    const openOnKey = (event: KeyboardEvent) => {
      const wanted = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      if (!wanted || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      // One question at a time: another dialog is answered first.
      if (!document.querySelector('dialog[open]')) setOpen(true)
    }
    document.addEventListener('keydown', openOnKey)
    return () => document.removeEventListener('keydown', openOnKey)
  }, [])

  return (
    <>
      <button
        type="button"
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen(true)}
        className="mb-3 flex min-h-9 w-full items-center gap-2.5 rounded-md border border-line px-2.5 text-muted text-sm hover:bg-sunken hover:text-ink noscript:hidden"
      >
        <Icon name="search" className="size-4 shrink-0" />
        <span className="flex-1 text-left">{words.open}</span>
        <kbd aria-hidden className="font-sans text-xs max-md:hidden">
          Ctrl K
        </kbd>
      </button>
      {open && <GoToDialog pages={pages} looksUp={looksUp} words={words} onClose={() => setOpen(false)} />}
    </>
  )
}
