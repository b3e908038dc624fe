'use client'

import { LoaderCircle } from 'lucide-react'
import Link from 'next/link'
import { type ComponentProps, useRef } from 'react'
import { useFormStatus } from 'react-dom'
import { classNames } from './class-names'
import { useForm } from './form-context'

export type ButtonVariant = 'primary' | 'secondary' | 'danger' | 'quiet'

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-on-accent border-transparent hover:bg-accent-strong',
  secondary: 'bg-surface text-ink border-line-strong/50 hover:bg-sunken',
  danger: 'bg-danger-fill text-on-accent border-transparent hover:bg-danger-fill-strong',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken',
}

/** The classes of a button, for the few elements that must look like one and are none. */
export function buttonClasses(variant: ButtonVariant = 'secondary', className?: string) {
  return classNames(
    'inline-flex min-h-9 items-center justify-center gap-2 rounded-md border px-3 py-1.5 text-center font-medium text-sm',
    'transition-colors disabled:opacity-60 aria-disabled:cursor-default aria-disabled:opacity-60 forced-colors:border-[ButtonBorder]',
    variants[variant],
    className,
  )
}

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant }

/** A button that does something in the page; `SubmitButton` sends a form. */
export function Button({ variant, className, type = 'button', ...rest }: ButtonProps) {
  return <button {...rest} type={type} className={buttonClasses(variant, className)} />
}

/**
 * Sends its form. Several in one form are told apart by `name` and `value`.
 * While the form is under way it is `aria-disabled` and not `disabled`: a disabled button would lose the focus.
 */
export function SubmitButton({ variant = 'primary', className, children, ref: _, ...rest }: ButtonProps) {
  const button = useRef<HTMLButtonElement>(null)
  const form = useForm()
  const plainForm = useFormStatus()
  const pending = form.pending || plainForm.pending
  const spins = pending && (form.submitter === null || form.submitter === button.current)
  return (
    <button
      {...rest}
      ref={button}
      type="submit"
      aria-disabled={pending || undefined}
      className={buttonClasses(variant, className)}
    >
      {spins && <LoaderCircle aria-hidden className="size-4 motion-safe:animate-spin" />}
      {children}
    </button>
  )
}

/** A link that looks like a button, for going somewhere. */
export function LinkButton({
  variant,
  className,
  ...rest
}: ComponentProps<typeof Link> & { variant?: ButtonVariant }) {
  return <Link {...rest} className={buttonClasses(variant, className)} />
}
