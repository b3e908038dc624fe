'use client'

import { useTranslations } from 'next-intl'
import { type ComponentProps, type ReactNode, useRef, useState } from 'react'
import { confirmedName } from '@/lib/form-state'
import { Button } from './button'
import { Dialog } from './dialog'
import { useForm } from './form-context'
import { type ButtonVariant, buttonClasses } from './looks'
import { PressedAgain } from './pressed-again'

type Props = Omit<ComponentProps<'button'>, 'type' | 'title' | 'ref'> & {
  variant?: ButtonVariant
  /** Looks like any other button: what it does is told by the question. */
  plain?: boolean
  /** The question, as the dialog's title. */
  title: string
  /** What will happen, and whether it can be undone. */
  question: ReactNode
  /** The words of the button that goes ahead; by default those of the button itself. */
  confirmLabel?: ReactNode
  /** The words of the button that leaves everything as it is, where "Cancel" could mean either. */
  dismissLabel?: ReactNode
}

/**
 * Sends its form after a question. Without JavaScript, and before there is any, it sends the form as it is; an action
 * with `confirm` does nothing then, and the question stands in the page where the button was.
 */
export function ConfirmButton(props: Props) {
  const {
    variant = 'secondary',
    plain = false,
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
  const confirmed = useRef<HTMLInputElement>(null)
  const { pending, state } = useForm()
  const t = useTranslations('components')
  const goAhead = variant === 'danger' ? 'danger' : 'primary'
  if (state.status === 'asked' && (!rest.name || state.values?.[rest.name] === rest.value))
    return (
      <section
        role="alert"
        aria-label={title}
        className="w-full space-y-3 rounded-md border border-line p-4 text-sm"
      >
        <p className="font-medium">{title}</p>
        <div>{question}</div>
        {rest.name && <input type="hidden" name={rest.name} value={rest.value} />}
        <div className="flex flex-wrap gap-2">
          {/* The page as it was: nothing has been done. */}
          <a href="?" className={buttonClasses()}>
            {dismissLabel ?? t('cancel')}
          </a>
          <button type="submit" name={confirmedName} value="yes" className={buttonClasses(goAhead)}>
            {confirmLabel ?? children}
          </button>
        </div>
      </section>
    )
  return (
    <>
      <PressedAgain name={rest.name} value={rest.value} confirmed />
      <input type="hidden" name={confirmedName} ref={confirmed} />
      <button
        {...rest}
        ref={button}
        type="submit"
        aria-disabled={pending || undefined}
        aria-haspopup="dialog"
        className={buttonClasses(plain ? 'secondary' : variant, className)}
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
              variant={goAhead}
              onClick={() => {
                setOpen(false)
                if (confirmed.current) confirmed.current.value = 'yes'
                button.current?.form?.requestSubmit(button.current)
                // The form has been read; what it is sent with later is another answer.
                if (confirmed.current) confirmed.current.value = ''
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
