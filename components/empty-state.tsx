import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon'

type Props = { icon?: IconName; title: string; children?: ReactNode; action?: ReactNode }

/** What stands where nothing is yet: what this place is for, and what to do next. */
export function EmptyState({ icon = 'inbox', title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center rounded-lg border border-line border-dashed bg-surface px-6 py-12 text-center">
      <Icon name={icon} className="mb-3 size-6 text-muted" />
      <p className="font-medium text-base wrap-anywhere">{title}</p>
      {children && <div className="mt-1 max-w-md text-muted text-sm wrap-anywhere">{children}</div>}
      {action && <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
