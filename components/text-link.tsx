import Link from 'next/link'
import type { ComponentProps } from 'react'
import { classNames } from './class-names'

/** A link in running text or a table. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return (
    <Link
      {...rest}
      className={classNames(
        'rounded-sm text-accent-ink underline decoration-1 decoration-accent-ink/40 underline-offset-3 hover:decoration-accent-ink',
        className,
      )}
    />
  )
}
