import { LoaderCircle, Minus } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'
import { type Tone, ToneIcon, toneText } from './tone'

/** What happened, in order, newest below; each entry is one sentence. */
export function Timeline({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <ol aria-label={label} className="text-sm">
      {children}
    </ol>
  )
}

type EntryProps = Omit<ComponentProps<'li'>, 'title'> & {
  tone?: Tone | 'pending' | 'skipped'
  title: ReactNode
  /** When, or how long, at the end of the line. */
  time?: ReactNode
  /** What stands below the sentence. */
  children?: ReactNode
  /** The words of a fold with the details of the entry; its content is `details`. */
  detailsLabel?: string
  details?: ReactNode
}

/** One entry. Further attributes, such as `data-stage`, go to the list item. */
export function TimelineEntry(props: EntryProps) {
  const { tone = 'neutral', title, time, children, detailsLabel, details, className, ...rest } = props
  return (
    <li {...rest} className={classNames('group relative flex gap-3 pb-4 last:pb-0', className)}>
      <span
        aria-hidden
        className="absolute top-6 bottom-0 left-2 w-px -translate-x-1/2 bg-line group-last:hidden"
      />
      <EntryIcon tone={tone} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <p className={classNames('min-w-0 wrap-anywhere', tone === 'skipped' && 'text-muted')}>{title}</p>
          {time && <span className="shrink-0 text-muted text-xs tabular-nums">{time}</span>}
        </div>
        {children && <div className="mt-1 text-muted wrap-anywhere">{children}</div>}
        {details && (
          <details className="mt-1">
            <summary className="min-h-6 w-fit py-0.5 text-muted text-xs hover:text-ink">
              {detailsLabel}
            </summary>
            <div className="mt-1 wrap-anywhere">{details}</div>
          </details>
        )}
      </div>
    </li>
  )
}

function EntryIcon({ tone }: { tone: NonNullable<EntryProps['tone']> }) {
  const place = 'mt-0.5 size-4 shrink-0'
  if (tone === 'pending') {
    return <LoaderCircle aria-hidden className={classNames(place, 'motion-safe:animate-spin text-muted')} />
  }
  if (tone === 'skipped') return <Minus aria-hidden className={classNames(place, 'text-muted')} />
  return <ToneIcon tone={tone} className={classNames(place, toneText[tone])} />
}
