import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import type { MailPage } from '@/domain/mail-log/mail-list'
import { type OutboxView, outboxAddress } from './outbox-address'

/** What stands where no mails are: why, and what to do next. */
export async function NoMails({ view, page: { searchedTo } }: { view: OutboxView; page: MailPage }) {
  const t = await getTranslations('outbox')
  const { search, state, kind } = view
  const narrowed = Boolean(search || state || kind)
  const title = search ? t('noneFound', { search }) : narrowed ? t('noneInState') : t('none')
  return (
    <EmptyState
      icon="send"
      title={searchedTo ? t('noneSoFar') : title}
      action={
        narrowed && (
          <LinkButton href={outboxAddress(search ? { state, kind } : {})}>
            {search ? t('clearSearch') : t('showAll')}
          </LinkButton>
        )
      }
    >
      {searchedTo ? t('noneSoFarText') : search ? t('noneFoundText') : narrowed ? undefined : t('noneText')}
    </EmptyState>
  )
}
