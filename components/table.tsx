import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

/*
 * Where there is no room for columns a table becomes a list, by CSS alone: each row has two lines, what it is and
 * its state, and below that the rest in small, and all of it leads where its first link leads. Browsers take the meaning from table parts
 * that are not laid out as a table, so the roles are written out.
 */

/** A table with its name for screen readers; `head` is a row of `Th`, the children are rows (`Tr`). */
export function Table({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <table role="table" aria-label={label} className="w-full text-left text-sm max-wide:block">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <thead role="rowgroup" className="max-wide:sr-only">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
          <tr role="row">{head}</tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tbody role="rowgroup" className="max-wide:block">
          {children}
        </tbody>
      </table>
    </div>
  )
}

/** A row: 44 px high; two lines of about 64 px where there is no room for columns. */
export function Tr({ className, ...rest }: ComponentProps<'tr'>) {
  return (
    <tr
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: see the top of the file
      role="row"
      className={classNames(
        'relative border-line border-t hover:bg-sunken/60 wide:h-row max-wide:first:border-t-0',
        'max-wide:flex max-wide:flex-wrap max-wide:items-center max-wide:gap-x-3 max-wide:gap-y-1 max-wide:px-4 max-wide:py-2.5',
        // What does not fit on the second line of a phone stands on the row's page.
        'max-md:not-has-[:is(button,details)]:max-h-[4.25rem] max-md:overflow-hidden',
        // Nothing of a third line shows: what goes beyond ends before a border, and not before a padding.
        'max-md:border-b-[0.625rem] max-md:border-b-transparent max-md:pb-0',
        // The end of the first line.
        "max-wide:after:order-3 max-wide:after:basis-full max-wide:after:content-['']",
        className,
      )}
    />
  )
}

type ThProps = ComponentProps<'th'> & {
  numeric?: boolean
  /** How the rows stand in this column's order */
  sorted?: 'ascending' | 'descending'
  /** The address of the list in this column's order, or the other way round: what its query is made of is sent by a button */
  turned?: string
}

/** The head of a column. */
export function Th({ numeric, sorted, turned, className, children, ...rest }: ThProps) {
  return (
    <th
      scope="col"
      aria-sort={sorted}
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: see the top of the file
      role="columnheader"
      className={classNames(
        'whitespace-nowrap bg-sunken px-4 py-2 font-medium text-muted text-xs',
        numeric && 'text-right',
        className,
      )}
    >
      {turned ? (
        <>
          <form action={turned.replace(/\?.*/, '')} className="inline max-wide:hidden">
            {[...new URLSearchParams(turned.replace(/^[^?]*/, ''))].map(([name, value]) => (
              <input key={name} type="hidden" name={name} value={value} />
            ))}
            <button type="submit" className="rounded-sm hover:text-ink">
              {children}
              {sorted && <span aria-hidden>{sorted === 'descending' ? ' ↓' : ' ↑'}</span>}
            </button>
          </form>
          {/* Where the heads are only read out, nothing in them can be reached. */}
          <span className="wide:hidden">{children}</span>
        </>
      ) : (
        children
      )}
    </th>
  )
}

type TdProps = ComponentProps<'td'> & {
  /** The column's name. Without it the cell is what the row is about, or its buttons. */
  label?: string
  /** Shows the name before the value where there are no columns: a number says nothing by itself. */
  named?: boolean
  /** Cuts a long value off with an ellipsis. */
  clip?: boolean
  numeric?: boolean
}

/** A cell. */
export function Td({ label, clip, numeric, named = numeric, className, children, ...rest }: TdProps) {
  return (
    <td
      {...rest}
      // biome-ignore lint/a11y/noRedundantRoles: see the top of the file
      role="cell"
      className={classNames(
        'min-w-0 wide:px-4 wide:py-1',
        label ? others : first,
        label && isEmpty(children) && 'max-wide:hidden',
        clip ? 'truncate wide:max-w-72' : 'wide:break-words',
        numeric && 'tabular-nums wide:text-right',
        className,
      )}
    >
      {label && named && (
        <span aria-hidden className="mr-1 wide:hidden">
          {label}
        </span>
      )}
      {children}
    </td>
  )
}

/** What the row is about; buttons come last. */
const first = classNames(
  'max-wide:order-5 max-wide:first:order-1 max-wide:first:flex-1 max-wide:first:basis-3/5 max-wide:first:truncate',
  'max-wide:first:font-medium max-wide:first:[&_a]:after:absolute max-wide:first:[&_a]:after:inset-0',
  'max-wide:not-first:relative',
)

/** The rest: a state at the end of the first line, all else on the second. */
const others = classNames(
  'max-wide:order-4 max-wide:max-w-full max-wide:text-muted max-wide:text-xs max-wide:has-data-badge:order-2',
  'max-wide:[&_:is(a,button)]:relative',
)

const isEmpty = (children: ReactNode) => children === null || children === undefined || children === ''
