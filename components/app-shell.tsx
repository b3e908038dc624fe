import { useTranslations } from 'next-intl'
import { type ReactNode, Suspense } from 'react'
import { AppNavigation, type NavigationItem } from './app-navigation'
import { BrandMark, type Logo } from './brand-mark'
import { Icon } from './icon'
import { ProgressBar } from './progress-bar'

type Props = {
  items: NavigationItem[]
  viewer: { name: string; email: string; href: string }
  /** What stands above the items: a way to find anything. */
  find?: ReactNode
  /** What stands below the viewer: signing out, the brightness. */
  foot: ReactNode
  /** What it is called, and what stands before that. */
  installation: string
  logo: Logo | null
  children: ReactNode
}

/**
 * The frame of every page behind the sign-in: a side bar, and the page. On a phone the bar is a sheet: a
 * popover, which browsers open and close without JavaScript.
 */
export function AppShell({ items, viewer, find, foot, installation, logo, children }: Props) {
  const t = useTranslations('components')
  return (
    <div className="md:grid md:min-h-dvh md:grid-cols-[14rem_minmax(0,1fr)]">
      <Suspense>
        <ProgressBar />
      </Suspense>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 rounded-md bg-accent px-3 py-2 font-medium text-on-accent text-sm not-focus:sr-only"
      >
        {t('skip')}
      </a>
      <header className="sticky top-0 z-20 flex h-13 items-center gap-2.5 border-line border-b bg-surface px-4 md:hidden">
        <button
          type="button"
          popoverTarget="app-navigation"
          aria-label={t('menu')}
          className="-ml-2 grid size-9 shrink-0 place-items-center rounded-md hover:bg-sunken"
        >
          <Icon name="menu" className="size-5" />
        </button>
        <BrandMark logo={logo} />
        <span className="min-w-0 truncate font-medium">{installation}</span>
      </header>
      <AppNavigation
        id="app-navigation"
        items={items}
        label={t('mainNavigation')}
        installation={installation}
        logo={logo}
        viewer={viewer}
        find={find}
        foot={foot}
      />
      <main id="main" tabIndex={-1} className="min-w-0 px-4 py-6 md:px-8 md:py-8">
        <div className="mx-auto w-full max-w-page">{children}</div>
      </main>
    </div>
  )
}
