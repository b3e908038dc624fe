import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

/*
 * On a phone a table becomes a list of cards, by CSS alone. Browsers take the meaning from table parts
 * that are not laid out as a table, so the roles are written out.
 */

/** A table with its name for screen readers; `head` is a row of `Th`, the children are rows (`Tr`). */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <div className="overflow-x-auto md:rounded-lg md:border md:border-line md:bg-surface">
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <table role="table" aria-label={label} className="w-full text-left text-sm max-md:block">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <thead role="rowgroup" className="max-md:sr-only">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
          <tr role="row">{head}</tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup" className="max-md:block max-md:space-y-3">
          {children}
        </tbody>
      </table>
    </div>
  )
}

/** A row: 44 px high, on a phone a card. */
export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return (
    <tr
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: see the top of the file
      role="row"
      className={classNames(
        'border-line max-md:block max-md:rounded-lg max-md:border max-md:bg-surface max-md:px-4 max-md:py-3',
        'md:h-row md:border-t md:hover:bg-sunken/60',
        className,
      )}
    />
  )
}

/** The head of a column. */
export function Th({ numeric, className, ...rest }: ComponentProps<'th'> & { numeric?: boolean }) {
  return (
    <th
      scope="col"
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: see the top of the file
      role="columnheader"
      className={classNames(
        'whitespace-nowrap bg-sunken px-4 py-2 font-medium text-muted text-xs',
        numeric && 'text-right',
        className,
      )}
    />
  )
}

type TdProps = ComponentProps<'td'> & {
  /** The column's name, shown before the value on a phone. Without it the cell is the card's heading. */
  label?: string
  /** Cuts a long value off with an ellipsis where the table is one; a phone shows all of it. */
  clip?: boolean
  numeric?: boolean
}

/** A cell. */
export function Td({ label, clip, numeric, className, children, ...rest }: TdProps) {
  return (
    <td
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: see the top of the file
      role="cell"
      className={classNames(
        'py-1 md:px-4 max-md:wrap-anywhere max-md:flex max-md:gap-3',
        !label && 'max-md:font-medium',
        label && isEmpty(children) && 'max-md:hidden',
        clip ? 'md:max-w-72 md:truncate' : 'md:break-words',
        numeric && 'tabular-nums md:text-right',
        className,
      )}
    >
      {label && (
        <span aria-hidden className="w-28 shrink-0 text-muted md:hidden">
          {label}
        </span>
      )}
      {label ? <span className="min-w-0">{children}</span> : children}
    </td>
  )
}

const isEmpty = (children: ReactNode) => children === null || children === undefined || children === ''
