import { classNames } from './class-names'
import { Link } from './link'

type Chip = {
  href: string
  label: string
  /** A number, or words such as “1,000+” */
  count?: number | string
  current?: boolean
}

/** Filters as links: the chosen one stands in the address bar, so that a view can be bookmarked and sent. */
export function FilterChips({ label, chips, locale }: { label: string; chips: Chip[]; locale?: string }) {
  return (
    <nav aria-label={label}>
      <ul className="flex flex-wrap gap-1.5">
        {chips.map(chip => (
          <li key={chip.href}>
            <Link
              href={chip.href}
              aria-current={chip.current ? 'true' : undefined}
              className={classNames(
                'inline-flex min-h-8 items-center gap-1.5 rounded-md border px-2.5 text-sm',
                chip.current
                  ? 'border-accent-ink bg-accent-soft font-medium text-accent-ink'
                  : 'border-line bg-surface text-ink hover:bg-sunken',
              )}
            >
              {chip.label}
              {chip.count !== undefined && (
                <span className={classNames('tabular-nums', !chip.current && 'text-muted')}>
                  {chip.count.toLocaleString(locale)}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
