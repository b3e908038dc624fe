import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { type Tone, ToneIcon, toneFill, toneText } from './tone'

/** A state as one small coloured word with its icon. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      data-badge
      className={classNames(
        'inline-flex items-center gap-1 whitespace-nowrap rounded-sm px-1.5 py-0.5 font-medium text-xs',
        toneFill[tone],
        toneText[tone],
      )}
    >
      <ToneIcon tone={tone} className="size-3.5 shrink-0" />
      {children}
    </span>
  )
}
