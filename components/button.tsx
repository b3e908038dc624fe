'use client'

import { LoaderCircle } from 'lucide-react'
import { type ComponentProps, useRef } from 'react'
import { useFormStatus } from 'react-dom'
import { useForm } from './form-context'
import { Link } from './link'
import { type ButtonVariant, buttonClasses } from './looks'
import { PressedAgain } from './pressed-again'

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
    <>
      {rest.name && <PressedAgain name={rest.name} value={rest.value} />}
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
    </>
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
