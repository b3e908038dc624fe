'use client'

import { useRef } from 'react'
import { FieldFrame, useFieldWiring } from '@/components/field-frame'
import { controlClasses } from '@/components/looks'

type Props = { label: string; help: string; pick: string; builtIn: string; defaultValue?: string }

/** A colour as text, and beside it the browser's own way to choose one, which needs JavaScript to fill the text in. */
export function AccentField({ label, help, pick, builtIn, defaultValue }: Props) {
  const { id, typed, error, declared, aria } = useFieldWiring('accent', help)
  const text = useRef<HTMLInputElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const value = typed ?? defaultValue ?? ''
  const show = () => {
    const [, colour] = /^#?([\da-f]{6})$/i.exec(text.current?.value.trim() ?? '') ?? []
    if (picker.current) picker.current.value = colour ? `#${colour.toLowerCase()}` : builtIn
  }
  const choose = () => {
    if (text.current && picker.current) text.current.value = picker.current.value
  }
  return (
    <FieldFrame {...{ id, label, help, error, declared }} width="short" optional>
      <div className="flex gap-2">
        <input
          ref={text}
          type="text"
          name="accent"
          id={id}
          defaultValue={value}
          onInput={show}
          autoComplete="off"
          spellCheck={false}
          readOnly={declared}
          {...aria}
          className={controlClasses}
        />
        <input
          ref={picker}
          type="color"
          disabled={declared}
          aria-label={pick}
          defaultValue={/^#[\da-f]{6}$/i.test(value) ? value : builtIn}
          onInput={choose}
          className="h-9 w-11 shrink-0 cursor-pointer rounded-md border border-line-strong bg-surface p-1 noscript:hidden"
        />
      </div>
    </FieldFrame>
  )
}
