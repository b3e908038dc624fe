'use client'

import { Search } from 'lucide-react'
import Form from 'next/form'
import { useTranslations } from 'next-intl'
import { useEffect, useId, useRef } from 'react'
import { classNames } from './class-names'
import { controlClasses } from './looks'

type Props = {
  /** The page that lists what is found. */
  action: string
  label: string
  name?: string
  defaultValue?: string
  placeholder?: string
  /** Other parameters of the address that a search keeps, such as a filter. */
  keep?: Record<string, string | undefined>
}

/** A search whose words stand in the address bar. The key `/` puts the focus into it. */
export function SearchField({ action, label, name = 'q', defaultValue, placeholder, keep = {} }: Props) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const t = useTranslations('components')

  useEffect(() => {
    const focusOnSlash = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return
      event.preventDefault()
      input.current?.select()
    }
    document.addEventListener('keydown', focusOnSlash)
    return () => document.removeEventListener('keydown', focusOnSlash)
  }, [])

  return (
    <Form action={action} role="search" className="flex w-full max-w-sm gap-2">
      {Object.entries(keep).map(
        ([key, value]) => value && <input key={key} type="hidden" name={key} value={value} />,
      )}
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <div className="relative min-w-0 flex-1">
        <input
          ref={input}
          id={id}
          type="search"
          name={name}
          // A new search is a new page: the field follows the address bar.
          key={defaultValue}
          defaultValue={defaultValue}
          placeholder={placeholder ?? label}
          aria-keyshortcuts="/"
          className={classNames(controlClasses, 'peer pr-10')}
        />
        <kbd
          aria-hidden
          className="pointer-events-none absolute top-1.5 right-1.5 rounded-sm border border-line px-1.5 font-sans text-muted text-xs leading-5 peer-focus:hidden peer-[:not(:placeholder-shown)]:hidden max-md:hidden noscript:hidden"
        >
          /
        </kbd>
      </div>
      <button
        type="submit"
        aria-label={t('search')}
        className="grid size-9 shrink-0 place-items-center rounded-md border border-line-strong/50 bg-surface text-muted hover:bg-sunken hover:text-ink"
      >
        <Search aria-hidden className="size-4" />
      </button>
    </Form>
  )
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
