import type { ReactNode } from 'react'
import { ToneIcon } from './tone'

/** How wide a field is: as wide as its values usually are. */
type FieldWidth = 'short' | 'medium' | 'full'

const widths: Record<FieldWidth, string> = {
  short: 'max-w-36',
  medium: 'max-w-80',
  full: '',
}

export type FieldLayoutProps = {
  /** Of the control */
  id: string
  label: string
  help?: ReactNode
  /** What is said beside the label of a field that may stay empty */
  optional?: string | false
  /** Something small at the end of the label's line, for example a link. */
  aside?: ReactNode
  width?: FieldWidth
  error?: string
  /** The control, which takes `fieldAria` */
  children: ReactNode
}

/** Label above, control, then the error and the help below. The label holds its text and nothing else. */
export function FieldLayout({
  id,
  label,
  help,
  optional,
  aside,
  width = 'full',
  error,
  children,
}: FieldLayoutProps) {
  return (
    <div className="space-y-1.5">
      <div className="flex items-baseline gap-1.5">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {optional && <span className="text-muted text-sm">{optional}</span>}
        {aside && <span className="ml-auto text-sm">{aside}</span>}
      </div>
      <div className={widths[width]}>{children}</div>
      <FieldError id={id} error={error} />
      <FieldHelp id={id} help={help} />
    </div>
  )
}

/** The attributes that tie a control to its error and its help. */
export const fieldAria = (id: string, help: ReactNode, error: string | undefined) => ({
  'aria-describedby': [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ') || undefined,
  'aria-invalid': error ? (true as const) : undefined,
})

export function FieldError({ id, error }: { id: string; error?: string }) {
  if (!error) return null
  return (
    <p id={`${id}-error`} className="flex gap-1.5 text-danger text-sm">
      <ToneIcon tone="danger" className="mt-0.5 size-4 shrink-0" />
      <span>{error}</span>
    </p>
  )
}

export function FieldHelp({ id, help }: { id: string; help?: ReactNode }) {
  if (!help) return null
  return (
    // A list of rules can be a help too, and has no place in a paragraph.
    <div id={`${id}-help`} className="text-muted text-sm">
      {help}
    </div>
  )
}
