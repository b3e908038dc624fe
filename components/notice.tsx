import type { ReactNode, Ref } from 'react'
import { classNames } from './class-names'
import { type Tone, ToneIcon, toneFill, toneText } from './tone'

type Props = {
  tone?: Tone
  /** `status` for what was done, `alert` for what was refused; without it nothing is announced. */
  role?: 'status' | 'alert'
  title?: ReactNode
  children?: ReactNode
  ref?: Ref<HTMLDivElement>
  /** Has the focus when the page is shown. */
  autoFocus?: boolean
}

/** A sentence that stands out: what happened, why, what to do. */
export function Notice({ tone = 'info', role, title, children, ref, autoFocus }: Props) {
  return (
    <div
      ref={ref}
      role={role}
      // After a refusal the focus goes here, so that a screen reader starts with the reason.
      // biome-ignore lint/a11y/noAutofocus: Only of the answer to a form that was just sent.
      autoFocus={autoFocus}
      tabIndex={role === 'alert' ? -1 : undefined}
      className={classNames('flex gap-2.5 rounded-md px-3 py-2.5 text-sm', toneFill[tone])}
    >
      <ToneIcon tone={tone} className={classNames('mt-0.5 size-4 shrink-0', toneText[tone])} />
      <div className="min-w-0 space-y-1 wrap-anywhere">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className="space-y-2">{children}</div>}
      </div>
    </div>
  )
}
