'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ReactNode, type RefObject, useRef } from 'react'
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

/** A modal dialog, opened and closed by its owner. Escape, a click beside it and its close button close it. */
export function Dialog({ open, onOpenChange, title, children, footer, wide, initialFocus }: Props) {
  const t = useTranslations('components')
  const popup = useRef<HTMLDivElement>(null)
  return (
    <Base.Root open={open} onOpenChange={next => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Base.Popup
          ref={popup}
          initialFocus={initialFocus ?? popup}
          className={classNames(
            'fixed z-50 flex max-h-[90dvh] w-full flex-col rounded-t-lg border border-line bg-surface shadow-xl outline-none',
            'inset-x-0 bottom-0 sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-lg',
            wide ? 'sm:max-w-[min(52rem,calc(100vw-2rem))]' : 'sm:max-w-[min(28rem,calc(100vw-2rem))]',
          )}
        >
          <div className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
            <Base.Title className="min-w-0 pt-0.5 font-medium text-base wrap-anywhere">{title}</Base.Title>
            <Base.Close
              aria-label={t('close')}
              className="-mr-1.5 grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
            >
              <X aria-hidden className="size-4" />
            </Base.Close>
          </div>
          {/* Reachable by keyboard, so that a long body can be scrolled without a mouse. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be focusable (WCAG 2.1.1) */}
          <div tabIndex={0} className="min-h-0 overflow-y-auto px-5 pb-5 text-sm outline-offset-[-2px]">
            {children}
          </div>
          {footer && (
            <div className="flex flex-wrap justify-end gap-2 border-line border-t px-5 py-3">{footer}</div>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
