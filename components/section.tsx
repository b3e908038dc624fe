import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'

type Props = {
  title: string
  /** One sentence that says what the group is for. */
  description?: ReactNode
  /** Something small at the end of the heading's line. */
  aside?: ReactNode
  /** Sets what destroys apart from the rest. */
  danger?: boolean
  children: ReactNode
}

/** A group with a heading and a sentence. */
export function Section({ title, description, aside, danger, children }: Props) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={classNames('rounded-lg border bg-surface p-5', danger ? 'border-danger/40' : 'border-line')}
    >
      <div className="mb-4 space-y-0.5">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 id={id} className="font-medium text-base">
            {title}
          </h2>
          {aside}
        </div>
        {description && <p className="text-muted text-sm">{description}</p>}
      </div>
      {/* A gap and no margins: what a choice hides leaves no empty space behind. */}
      <div className="flex flex-col gap-5">{children}</div>
    </section>
  )
}
