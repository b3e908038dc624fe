import { getTranslations } from 'next-intl/server'
import { LinkButton } from '@/components/button'
import { EmptyState } from '@/components/empty-state'
import { type AuditView, auditAddress } from './audit-address'

/** What stands where no events are: why, and what to do next. */
export async function NoEvents({ view, searchedTo }: { view: AuditView; searchedTo?: Date }) {
  const t = await getTranslations('audit')
  const { search, group, from, to } = view
  const narrowed = Boolean(search || group || from || to)
  const title = search ? t('noneFound', { search }) : narrowed ? t('noneHere') : t('none')
  return (
    <EmptyState
      icon="scroll"
      title={searchedTo ? t('noneSoFar') : title}
      action={
        narrowed && (
          <LinkButton href={auditAddress(search ? { group, from, to } : {})}>
            {search ? t('clearSearch') : t('showAll')}
          </LinkButton>
        )
      }
    >
      {searchedTo ? t('noneSoFarText') : search ? t('noneFoundText') : narrowed ? undefined : t('noneText')}
    </EmptyState>
  )
}
