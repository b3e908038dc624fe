'use client'

import { usePathname } from 'next/navigation'
import { type ReactNode, useEffect, useRef } from 'react'
import { BrandMark, type Logo } from './brand-mark'
import { classNames } from './class-names'
import { Icon, type IconName } from './icon'
import { Link } from './link'

export type NavigationItem = {
  href: string
  label: string
  icon: IconName
  /** Whether this is where the viewer is; by default judged by the address. */
  current?: boolean
}

type Props = {
  id: string
  label: string
  installation: string
  logo: Logo | null
  items: NavigationItem[]
  viewer: { name: string; email: string; href: string }
  find?: ReactNode
  foot: ReactNode
}

const linkClasses = 'flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-sm'

/** The side bar. On a wide window it always shows, although it is a popover; on a phone it is a sheet. */
export function AppNavigation({ id, label, installation, logo, items, viewer, find, foot }: Props) {
  const pathname = usePathname() ?? ''
  // The settings, and the mail servers among them, have an entry each: the nearer one is where the viewer is.
  const nearest = items
    .map(({ href }) => href)
    .filter(href => isWithin(pathname, href))
    .sort((one, other) => other.length - one.length)[0]
  const sheet = useRef<HTMLElement>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the sheet
  useEffect(() => {
    if (sheet.current?.matches(':popover-open')) sheet.current.hidePopover()
  }, [pathname])

  return (
    <nav
      ref={sheet}
      aria-label={label}
      id={id}
      popover="auto"
      className={classNames(
        'm-0 h-dvh max-h-none w-64 max-w-[85vw] flex-col overflow-y-auto border-line border-r bg-surface px-3 py-4 text-ink',
        'backdrop:bg-veil open:flex md:sticky md:top-0 md:flex md:w-auto md:max-w-none',
      )}
    >
      <p className="mb-4 flex items-center gap-2.5 px-2.5 font-medium text-base">
        <BrandMark logo={logo} />
        <span className="min-w-0 wrap-anywhere">{installation}</span>
      </p>
      {find}
      <ul className="mb-6 space-y-0.5">
        {items.map(item => {
          const current = item.current ?? item.href === nearest
          return (
            <li key={item.href}>
              <Link
                href={item.href}
                aria-current={current ? 'page' : undefined}
                className={classNames(
                  linkClasses,
                  current ? 'bg-sunken font-medium text-ink' : 'text-muted hover:bg-sunken hover:text-ink',
                )}
              >
                <Icon name={item.icon} className="size-4 shrink-0" />
                {item.label}
              </Link>
            </li>
          )
        })}
      </ul>
      <div className="mt-auto space-y-1 border-line border-t pt-3">
        <Link href={viewer.href} className={classNames(linkClasses, 'py-1.5 hover:bg-sunken')}>
          <Icon name="user" className="size-4 shrink-0 text-muted" />
          <span className="min-w-0">
            {viewer.name && <span className="block truncate font-medium">{viewer.name}</span>}
            <span className="block truncate text-muted text-xs">{viewer.email}</span>
          </span>
        </Link>
        {foot}
      </div>
    </nav>
  )
}

const isWithin = (pathname: string, href: string) => pathname === href || pathname.startsWith(`${href}/`)
