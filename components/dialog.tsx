'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { classNames } from './class-names'

type Props = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Also the dialog's accessible name. */
  title: string
  children: ReactNode
  /** Buttons at the foot, which stays in view while the body scrolls. */
  footer?: ReactNode
  wide?: boolean
  /** What gets the focus on opening; else the dialog itself, so that its title is read first. */
  initialFocus?: RefObject<HTMLElement | null>
}

/**
 * A modal dialog, opened and closed by its owner. Escape, a click beside it and its close button close it. The
 * browser keeps the focus inside, the rest inert, and gives the focus back to where it was.
 */
export function Dialog(props: Props) {
  // Outside of the form around it: what is inside may be one itself.
  return props.open && createPortal(<OpenDialog {...props} />, document.body)
}

function OpenDialog({ onOpenChange, title, children, footer, wide, initialFocus }: Props) {
  const t = useTranslations('components')
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is there
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    const target = initialFocus?.current ?? element
    target?.focus()
    // Before it is taken away, which a layout effect is in time for: only then the focus goes back.
    return () => element?.close()
  }, [])

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does what a click beside it does
    <dialog
      ref={dialog}
      aria-labelledby={id}
      tabIndex={-1}
      onCancel={event => {
        event.preventDefault()
        onOpenChange(false)
      }}
      onClick={event => {
        if (event.target === event.currentTarget) onOpenChange(false)
      }}
      className={classNames(
        'fixed m-0 max-h-[90dvh] w-full max-w-none rounded-t-lg border border-line bg-surface p-0 text-ink shadow-xl outline-none backdrop:bg-veil open:flex',
        'inset-x-0 top-auto bottom-0 sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-lg',
        wide ? 'sm:max-w-[min(52rem,calc(100vw-2rem))]' : 'sm:max-w-[min(28rem,calc(100vw-2rem))]',
      )}
    >
      {/* As large as the dialog, so that a click on the dialog itself is one beside it. */}
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
          <h2 id={id} className="min-w-0 pt-0.5 font-medium text-base wrap-anywhere">
            {title}
          </h2>
          <button
            type="button"
            aria-label={t('close')}
            onClick={() => onOpenChange(false)}
            className="-mr-1.5 grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden className="size-4" />
          </button>
        </div>
        {/* Reachable by keyboard, so that a long body can be scrolled without a mouse. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be focusable (WCAG 2.1.1) */}
        <div tabIndex={0} className="min-h-0 overflow-y-auto px-5 pb-5 text-sm outline-offset-[-2px]">
          {children}
        </div>
        {footer && (
          <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
        )}
      </div>
    </dialog>
  )
}
