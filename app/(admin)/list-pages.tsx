import { getLocale, getTranslations } from 'next-intl/server'
import { Pagination } from '@/components/pagination'
import { addressOf, type ListView } from './list-address'

type Props = { path: string; view: ListView; found: number; pageSize: number }

/** The way through a list that is longer than a page. */
export async function ListPages({ path, view, found, pageSize }: Props) {
  const t = await getTranslations('navigation')
  const locale = await getLocale()
  const last = Math.max(1, Math.ceil(found / pageSize))
  const { search, page } = view
  const to = (number: number) => addressOf(path, { q: search, page: number > 1 ? String(number) : undefined })
  const number = (value: number) => value.toLocaleString(locale)
  return (
    <Pagination
      previousHref={page > 1 ? to(Math.min(page - 1, last)) : undefined}
      nextHref={page < last ? to(page + 1) : undefined}
    >
      {page <= last &&
        t('range', {
          from: number((page - 1) * pageSize + 1),
          to: number(Math.min(page * pageSize, found)),
          total: number(found),
        })}
    </Pagination>
  )
}
