import { getLocale, getTranslations } from 'next-intl/server'
import { Pagination } from '@/components/pagination'
import { type ListView, listAddress } from './list-address'

type Props = { path: string; view: ListView<string>; found: number; pageSize: number }

/** The way through a list that is longer than a page. */
export async function ListPages({ path, view, found, pageSize }: Props) {
  const t = await getTranslations('navigation')
  const locale = await getLocale()
  const last = Math.max(1, Math.ceil(found / pageSize))
  const { page } = view
  const number = (value: number) => value.toLocaleString(locale)
  return (
    <Pagination
      previousHref={page > 1 ? listAddress(path, { ...view, page: Math.min(page - 1, last) }) : undefined}
      nextHref={page < last ? listAddress(path, { ...view, page: page + 1 }) : undefined}
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
