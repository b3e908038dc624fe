'use client'

import { CircleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'
import { useField } from './form-context'

/** How wide a field is: as wide as its values usually are. */
type FieldWidth = 'short' | 'medium' | 'full'

const widths: Record<FieldWidth, string> = {
  short: 'max-w-36',
  medium: 'max-w-80',
  full: '',
}

/** What every field takes, whatever its control is. */
export type FieldProps = {
  name: string
  label: string
  help?: ReactNode
  /** Says "(optional)" beside the label. */
  optional?: boolean
  /** Something small at the end of the label's line, for example a link. */
  aside?: ReactNode
  width?: FieldWidth
}

export const controlClasses = classNames(
  'block w-full min-h-9 rounded-md border border-line-strong bg-surface px-2.5 py-1.5 text-ink',
  // Safari on a phone zooms into fields with a smaller type than 16 px.
  'text-base md:text-sm',
  // Not the variant `read-only`: browsers call every select read-only.
  '[&[readonly]]:bg-sunken disabled:bg-sunken disabled:text-muted',
  'aria-invalid:border-danger aria-invalid:ring-1 aria-invalid:ring-danger',
)

/** The ids and ARIA attributes that tie a control to its label, help and error. */
export function useFieldWiring(name: string, help: ReactNode, ownId?: string) {
  const generated = useId()
  const id = ownId ?? generated
  const { typed, error } = useField(name)
  const describedBy = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ') || undefined
  return {
    id,
    typed,
    error,
    aria: { 'aria-describedby': describedBy, 'aria-invalid': error ? (true as const) : undefined },
  }
}

type FrameProps = Omit<FieldProps, 'name'> & { id: string; error?: string; children: ReactNode }

/** Label above, control, then the error and the help below. The label holds its text and nothing else. */
export function FieldFrame({
  id,
  label,
  help,
  optional,
  aside,
  width = 'full',
  error,
  children,
}: FrameProps) {
  const t = useTranslations('components')
  return (
    <div className="space-y-1.5">
      <div className="flex items-baseline gap-1.5">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {optional && <span className="text-muted text-sm">{t('optional')}</span>}
        {aside && <span className="ml-auto text-sm">{aside}</span>}
      </div>
      <div className={widths[width]}>{children}</div>
      <FieldError id={id} error={error} />
      <FieldHelp id={id} help={help} />
    </div>
  )
}

export function FieldError({ id, error }: { id: string; error?: string }) {
  if (!error) return null
  return (
    <p id={`${id}-error`} className="flex gap-1.5 text-danger text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{error}</span>
    </p>
  )
}

export function FieldHelp({ id, help }: { id: string; help?: ReactNode }) {
  if (!help) return null
  return (
    <p id={`${id}-help`} className="text-muted text-sm">
      {help}
    </p>
  )
}
