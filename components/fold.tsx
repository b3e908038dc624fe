'use client'

import { ChevronRight } from 'lucide-react'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import { useForm } from './form-context'

type Props = {
  /** The line that opens. */
  summary: ReactNode
  /** What the line offers, at its end. */
  aside?: ReactNode
  /** Whether it is open at the start. */
  open: boolean
  /** The names of the fields in it: it opens where one of them is refused. */
  fields: readonly string[]
  children: ReactNode
}

/** Fields of a form that most people leave as they are, behind one line. Browsers open it without JavaScript. */
export function Fold({ summary, aside, open, fields, children }: Props) {
  const { state } = useForm()
  const refused = fields.some(field => state.fields?.[field])
  // Only how it begins: whether it stays open is for the person to say.
  const [begins] = useState(open || refused)
  const details = useRef<HTMLDetailsElement>(null)
  // Before the form moves the focus to what was refused.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each outcome
  useLayoutEffect(() => {
    if (refused && details.current) details.current.open = true
  }, [state])
  return (
    <details ref={details} open={begins} className="group/fold">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 px-5 py-2.5 outline-offset-[-2px] [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-muted transition-transform group-open/fold:rotate-90"
        />
        <span className="min-w-0 flex-1 wrap-anywhere">{summary}</span>
        {aside && <span className="shrink-0 text-accent-ink group-open/fold:hidden">{aside}</span>}
      </summary>
      <div className="flex flex-col gap-5 px-5 pt-2 pb-5">{children}</div>
    </details>
  )
}
