import type { ComponentProps } from 'react'
import { classNames } from './class-names'
import { Link } from './link'
import { linkClasses } from './looks'

/** A link in running text or a table. */
export function TextLink({ className, ...rest }: ComponentProps<typeof Link>) {
  return <Link {...rest} className={classNames(linkClasses, className)} />
}
