import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from './link'

type Props = {
  title: ReactNode
  /** One sentence below the title. */
  description?: ReactNode
  /** The page's one primary button. */
  action?: ReactNode
  back?: { href: string; label: string }
  /** A state beside the title. */
  badge?: ReactNode
}

/** The page's name, the way back, and its one primary action. */
export function PageHeader({ title, description, action, back, badge }: Props) {
  return (
    <header className="mb-6">
      {back && (
        <Link
          href={back.href}
          className="mb-2 inline-flex min-h-6 items-center gap-1.5 text-muted text-sm hover:text-ink"
        >
          <ArrowLeft aria-hidden className="size-4" />
          {back.label}
        </Link>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="min-w-0 font-medium text-xl wrap-anywhere">{title}</h1>
          {badge}
        </div>
        {action && <div className="flex flex-wrap gap-2">{action}</div>}
      </div>
      {description && <p className="mt-1 max-w-form text-muted text-sm wrap-anywhere">{description}</p>}
    </header>
  )
}
