import { classNames } from './class-names'
import { Link } from './link'

type Props = {
  label: string
  tabs: { id: string; href: string; label: string }[]
  /** The id of the tab that is shown */
  current: string
}

/** Pages about one thing, side by side: links with addresses of their own. */
export function Tabs({ label, tabs, current }: Props) {
  return (
    <nav aria-label={label} className="-mt-2 mb-6 border-line border-b">
      <ul className="-mb-px flex gap-1 overflow-x-auto">
        {tabs.map(({ id, href, label }) => (
          <li key={id}>
            <Link
              href={href}
              aria-current={id === current ? 'page' : undefined}
              className={classNames(
                'flex min-h-10 items-center border-b-2 px-3 font-medium text-sm outline-offset-[-2px]',
                id === current ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
              )}
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
