import type { ReactNode } from 'react'

/** Facts, one a line: what it is, then what it is here. Entries without a value are left out. */
export function DescriptionList({ items }: { items: { term: string; value: ReactNode }[] }) {
  const known = items.filter(({ value }) => value !== undefined && value !== null && value !== '')
  return (
    <dl className="@container divide-y divide-line text-sm">
      {known.map(({ term, value }) => (
        <div key={term} className="gap-4 py-2 first:pt-0 last:pb-0 @md:flex">
          <dt className="w-40 shrink-0 text-muted">{term}</dt>
          <dd className="min-w-0 flex-1 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
