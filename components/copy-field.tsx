'use client'

import { type ReactNode, useId } from 'react'
import { CopyButton } from './copy-button'
import { controlClasses } from './looks'

type Props = {
  label: string
  text: string
  copyLabel: string
  /** Another button beside it */
  children?: ReactNode
}

/** A text to take along, for example a link: selectable as it stands, with a button that copies it. */
export function CopyField({ label, text, copyLabel, children }: Props) {
  const id = useId()
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block font-medium text-sm">
        {label}
      </label>
      <div className="flex flex-wrap items-center gap-2">
        <input
          id={id}
          readOnly
          value={text}
          onFocus={event => event.currentTarget.select()}
          className={`${controlClasses} min-w-0 flex-1 basis-64 font-mono`}
        />
        <CopyButton text={text} label={copyLabel} />
        {children}
      </div>
    </div>
  )
}
