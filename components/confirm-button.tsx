'use client'

import { useTranslations } from 'next-intl'
import { type ComponentProps, type ReactNode, useRef, useState } from 'react'
import { Button, type ButtonVariant, buttonClasses } from './button'
import { Dialog } from './dialog'
import { useForm } from './form-context'

type Props = Omit<ComponentProps<'button'>, 'type' | 'title' | 'ref'> & {
  variant?: ButtonVariant
  /** The question, as the dialog's title. */
  title: string
  /** What will happen, and whether it can be undone. */
  question: ReactNode
  /** The words of the button that goes ahead; by default those of the button itself. */
  confirmLabel?: ReactNode
  /** The words of the button that leaves everything as it is, where "Cancel" could mean either. */
  dismissLabel?: ReactNode
}

/** Sends its form after a question. Without JavaScript it is an ordinary submit button. */
export function ConfirmButton(props: Props) {
  const {
    variant = 'secondary',
    className,
    title,
    question,
    confirmLabel,
    dismissLabel,
    children,
    ...rest
  } = props
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  const { pending } = useForm()
  const t = useTranslations('components')
  return (
    <>
      <button
        {...rest}
        ref={button}
        type="submit"
        aria-disabled={pending || undefined}
        aria-haspopup="dialog"
        className={buttonClasses(variant, className)}
        onClick={event => {
          event.preventDefault()
          if (!pending) setOpen(true)
        }}
      >
        {children}
      </button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={title}
        // The safe answer has the focus: Enter pressed too early changes nothing.
        initialFocus={cancel}
        footer={
          <>
            <Button ref={cancel} onClick={() => setOpen(false)}>
              {dismissLabel ?? t('cancel')}
            </Button>
            <Button
              variant={variant === 'danger' ? 'danger' : 'primary'}
              onClick={() => {
                setOpen(false)
                button.current?.form?.requestSubmit(button.current)
              }}
            >
              {confirmLabel ?? children}
            </Button>
          </>
        }
      >
        {question}
      </Dialog>
    </>
  )
}
