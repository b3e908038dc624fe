import { getTranslations } from 'next-intl/server'
import { moment } from '@/app/moment'
import { LinkButton } from '@/components/button'
import { Pagination } from '@/components/pagination'
import type { MailPage } from '@/domain/mail-log/mail-list'
import { type OutboxView, outboxAddress } from './outbox-address'

/** The way through the list: to the newer and older mails, and back to the newest. */
export async function MailPages({ view, page }: { view: OutboxView; page: MailPage }) {
  const t = await getTranslations('outbox')
  const { search, state, kind } = view
  const { newer, older, searchedTo } = page
  const to = (place: { before?: string; after?: string }) => outboxAddress({ search, state, kind, ...place })
  return (
    <Pagination
      previousHref={newer && to({ after: newer })}
      nextHref={older && to({ before: older })}
      first={newer && <LinkButton href={to({})}>{t('newest')}</LinkButton>}
    >
      {searchedTo && t('searchedTo', { time: await moment(searchedTo) })}
    </Pagination>
  )
}
