import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { Link } from './link'
import { type Tone, ToneIcon, toneText } from './tone'

type Props = {
  label: string
  value: ReactNode
  /** One line below the number */
  note?: ReactNode
  /** Marks a number that wants attention, with an icon beside the colour. */
  tone?: Tone
  /** Where the things are that were counted */
  href?: string
}

/** Numbers side by side; each is a `Stat`. */
export function Stats({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section aria-label={label}>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4">{children}</dl>
    </section>
  )
}

/** One number and what it counts. */
export function Stat({ label, value, note, tone, href }: Props) {
  return (
    <div className="relative flex flex-col rounded-lg border border-line bg-surface px-4 py-3">
      <dt className="text-muted text-sm">
        {href ? (
          <Link
            href={href}
            className="rounded-sm after:absolute after:inset-0 hover:text-ink hover:underline"
          >
            {label}
          </Link>
        ) : (
          label
        )}
      </dt>
      <dd className="mt-0.5">
        <span
          className={classNames(
            'flex items-center gap-1.5 font-medium text-xl tabular-nums',
            tone && toneText[tone],
          )}
        >
          {value}
          {tone && <ToneIcon tone={tone} className="size-4 shrink-0" />}
        </span>
        {note && <span className="block text-muted text-xs">{note}</span>}
      </dd>
    </div>
  )
}
