'use client'

import { usePathname } from 'next/navigation'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { classNames } from '@/components/class-names'
import { Dialog } from '@/components/dialog'
import { Link } from '@/components/link'
import { controlClasses } from '@/components/looks'
import type { Place, PlaceGroup } from './api/look-up/route'

export type GoToWords = Record<'title' | 'label' | 'pages' | 'none', string>

type Props = {
  pages: Place[]
  /** Whether there is more to find than pages: an administrator's users, tenants and mails */
  looksUp: boolean
  words: GoToWords
  onClose: () => void
}

/** Milliseconds in which the next letter is waited for */
const pause = 150

/** A field, and what it finds: the arrows choose, Enter goes there. */
export function GoToDialog({ pages, looksUp, words, onClose }: Props) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const found = useFound(looksUp ? text.trim() : '')
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const pathname = usePathname()
  const opened = useRef(pathname)

  useEffect(() => {
    if (pathname !== opened.current) onClose()
  }, [pathname, onClose])

  const groups = [
    { name: words.pages, places: pages.filter(({ label }) => matches(label, text)) },
    ...found,
  ].filter(({ places }) => places.length > 0)
  const places = groups.flatMap(group => group.places)
  const current = Math.min(chosen, places.length - 1)
  const nothing = text.trim() !== '' && places.length === 0

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another one is chosen
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [current, text])

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step && places.length > 0) {
      event.preventDefault()
      setChosen((current + step + places.length) % places.length)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      // As if it had been clicked: what is unsaved asks first.
      list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.click()
    }
  }

  return (
    <Dialog open onOpenChange={onClose} title={words.title} initialFocus={input}>
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={words.label}
        aria-expanded={places.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={places.length > 0 ? `${id}-${current}` : undefined}
        placeholder={words.label}
        autoComplete="off"
        value={text}
        maxLength={200}
        onChange={event => {
          setText(event.target.value)
          setChosen(0)
        }}
        onKeyDown={onKeyDown}
        // The ring of the focus is drawn outside of it, where the dialog cuts off.
        className={classNames(controlClasses, 'mt-1')}
      />
      <p role="status" className="mt-3 px-2.5 text-muted text-sm empty:hidden">
        {nothing && words.none}
      </p>
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={words.title}
        className="mt-3 h-[min(22rem,45dvh)] space-y-3 overflow-y-auto"
      >
        {groups.map(group => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
          <div key={group.name} role="group" aria-label={group.name}>
            <p aria-hidden className="px-2.5 pb-1 font-medium text-muted text-xs">
              {group.name}
            </p>
            {group.places.map(place => {
              const number = places.indexOf(place)
              return (
                <Link
                  key={place.href}
                  id={`${id}-${number}`}
                  href={place.href}
                  role="option"
                  tabIndex={-1}
                  aria-selected={number === current}
                  onClick={() => place.href === pathname && onClose()}
                  className={classNames(
                    'flex min-h-9 items-center justify-between gap-3 rounded-md px-2.5 text-sm',
                    number === current ? 'bg-accent-soft text-accent-ink' : 'hover:bg-sunken',
                  )}
                >
                  <span className="truncate">{place.label}</span>
                  {place.detail && (
                    <span className="shrink-0 truncate text-muted text-xs">{place.detail}</span>
                  )}
                </Link>
              )
            })}
          </div>
        ))}
      </div>
    </Dialog>
  )
}

/** What the server finds for a text, once nobody has typed for a moment; nothing while it cannot be reached. */
function useFound(text: string): PlaceGroup[] {
  const [found, setFound] = useState<{ text: string; groups: PlaceGroup[] } | null>(null)
  useEffect(() => {
    if (!text) return
    const ended = new AbortController()
    const timer = setTimeout(() => {
      fetch(`/api/look-up?q=${encodeURIComponent(text)}`, { signal: ended.signal })
        .then(async response => response.ok && setFound({ text, groups: await response.json() }))
        .catch(() => undefined)
    }, pause)
    return () => {
      clearTimeout(timer)
      ended.abort()
    }
  }, [text])
  // What was found for a beginning of it stands until there is better.
  return text && found && text.startsWith(found.text) ? found.groups : []
}

/** Whether each word is found in a label. */
const matches = (label: string, text: string) =>
  text
    .toLowerCase()
    .split(/\s+/)
    .every(word => label.toLowerCase().includes(word))
