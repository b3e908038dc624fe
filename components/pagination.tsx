import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { LinkButton } from './button'

type Props = {
  previousHref?: string
  nextHref?: string
  /** A way back to the beginning, where pages have no numbers. */
  first?: ReactNode
  /** Where one is, for example "51–100 of 1,204". */
  children?: ReactNode
}

/** Back and forth through a long list; nothing at all when one page holds everything. */
export function Pagination({ previousHref, nextHref, first, children }: Props) {
  const t = useTranslations('components')
  if (!previousHref && !nextHref) return null
  return (
    <nav aria-label={t('pages')} className="mt-4 flex flex-wrap items-center justify-between gap-3 text-sm">
      <p className="text-muted tabular-nums">{children}</p>
      <div className="flex flex-wrap gap-2">
        {first}
        {previousHref && (
          <LinkButton href={previousHref} rel="prev">
            <ChevronLeft aria-hidden className="size-4" />
            {t('previous')}
          </LinkButton>
        )}
        {nextHref && (
          <LinkButton href={nextHref} rel="next">
            {t('next')}
            <ChevronRight aria-hidden className="size-4" />
          </LinkButton>
        )}
      </div>
    </nav>
  )
}
